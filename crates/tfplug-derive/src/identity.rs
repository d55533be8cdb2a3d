//! `#[derive(Identity)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Error, Field, Fields, Meta, Result, spanned::Spanned as _};

use crate::{
    description::description,
    model::{no_generics, with_conversion},
    names,
    settings::{Crate, Errors, settings},
};

/// The implementations for a struct.
pub fn derive(input: &DeriveInput) -> Result<TokenStream> {
    no_generics(input)?;
    let settings = settings(&input.attrs, &[])?;
    let krate = Crate::of(&settings)?;
    let Data::Struct(it) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "an identity is a struct"));
    };
    let Fields::Named(fields) = &it.fields else {
        return Err(Error::new_spanned(&input.ident, "the fields of an identity have names"));
    };
    let mut schema = quote!(#krate::schema::IdentitySchema::new());
    let mut errors = Errors::default();
    for setting in &settings {
        let name = &setting.name;
        match name.to_string().as_str() {
            "version" => {
                schema = errors.keep(setting.value()).map(|value| quote!(#schema.version(#value))).unwrap_or_default()
            }
            "mutable" => schema = errors.keep(setting.alone()).map(|()| quote!(#schema.mutable())).unwrap_or_default(),
            "own_serde" | "crate" => {}
            _ => errors.push(setting.unknown("an identity", &["version", "mutable", "own_serde", "crate"])),
        }
    }
    let container = names::serde(&input.attrs)?;
    for field in &fields.named {
        let attribute = errors.keep(attribute(field, &krate, &container)).unwrap_or_default();
        schema = quote! {
            let schema = #schema;
            #attribute
        };
        schema = quote!({ #schema });
    }
    errors.finish()?;
    let name = &input.ident;
    let implementations = quote! {
        #[automatically_derived]
        impl #krate::schema::HasIdentitySchema for #name {
            fn identity_schema() -> ::core::option::Option<#krate::schema::IdentitySchema> {
                ::core::option::Option::Some(#schema)
            }
        }
    };
    with_conversion(input, &settings, &krate, &[], &implementations)
}

/// `schema` with one more attribute.
fn attribute(field: &Field, krate: &Crate, container: &[Meta]) -> Result<TokenStream> {
    let Some(name) = &field.ident else { return Err(Error::new_spanned(field, "a field with a name is expected")) };
    let (serde, ty) = (names::serde(&field.attrs)?, &field.ty);
    if names::is_skipped(&serde)? {
        return Ok(quote!(schema));
    }
    let key = names::of_field(name, &serde, container)?;
    let documented = description(&field.attrs)?;
    let mut description = quote!(#documented);
    let mut stands_for = quote_spanned!(ty.span()=> #krate::schema::private::ty::<#ty>());
    let mut required = None;
    let mut is_described = !documented.is_empty();
    for setting in settings(&field.attrs, &[])? {
        match setting.name.to_string().as_str() {
            it @ ("required" | "optional") => {
                setting.alone()?;
                if required.replace(it == "required").is_some() {
                    return Err(Error::new(setting.name.span(), "`required` contradicts `optional`"));
                }
            }
            "description" => {
                let value = setting.value()?;
                (description, is_described) = (quote!(#value), true);
            }
            "type" => {
                let value = setting.value()?;
                stands_for = quote!(#value);
            }
            _ => {
                return Err(
                    setting.unknown("an identity's attribute", &["required", "optional", "description", "type"])
                );
            }
        }
    }
    if !is_described {
        let message = "an attribute needs a description: a doc comment, or `#[tf(description = …)]`";
        return Err(Error::new_spanned(name, message));
    }
    Ok(match required {
        Some(true) => quote!(schema.required(#key, #stands_for, #description)),
        Some(false) => quote!(schema.optional(#key, #stands_for, #description)),
        None => quote! {
            if #krate::schema::private::nullable::<#ty>() {
                schema.optional(#key, #stands_for, #description)
            } else {
                schema.required(#key, #stands_for, #description)
            }
        },
    })
}
