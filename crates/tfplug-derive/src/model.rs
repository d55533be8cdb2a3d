//! `#[derive(Model)]`.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Data, DataEnum, DeriveInput, Error, Field, Fields, Ident, Result, spanned::Spanned as _};

use crate::{
    conversion::conversion,
    description::description,
    field::{Part, part},
    names,
    settings::{Crate, Errors, Setting, settings},
};

const SETTINGS: [&str; 6] = ["description", "version", "deprecated", "computed", "own_serde", "crate"];

/// The implementations for a struct or an enum.
pub fn derive(input: &DeriveInput) -> Result<TokenStream> {
    no_generics(input)?;
    let settings = settings(&input.attrs, &[])?;
    let krate = Crate::of(&settings)?;
    let (implementations, flattened) = match &input.data {
        Data::Struct(it) => match &it.fields {
            Fields::Named(fields) => of_struct(input, &settings, &krate, fields.named.iter().collect())?,
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                (of_newtype(input, &settings, &krate, &fields.unnamed[0])?, Vec::new())
            }
            Fields::Unnamed(_) => return Err(Error::new_spanned(&it.fields, "the fields of a model have names")),
            Fields::Unit => return Err(Error::new_spanned(&input.ident, "a model without attributes is written `{}`")),
        },
        Data::Enum(it) => (of_enum(input, &settings, &krate, it)?, Vec::new()),
        Data::Union(_) => return Err(Error::new_spanned(&input.ident, "a union is no model")),
    };
    with_conversion(input, &settings, &krate, &flattened, &implementations)
}

pub fn no_generics(input: &DeriveInput) -> Result<()> {
    if input.generics.params.is_empty() {
        return Ok(());
    }
    Err(Error::new_spanned(&input.generics, "a model that is derived has no generic parameters"))
}

/// The implementations, together with serde's unless somebody else writes those.
pub fn with_conversion(
    input: &DeriveInput,
    settings: &[Setting],
    krate: &Crate,
    flattened: &[Ident],
    implementations: &TokenStream,
) -> Result<TokenStream> {
    let own = settings.iter().find(|it| it.name == "own_serde");
    let conversion = match (own, flattened) {
        (Some(own), [_, ..]) => {
            return Err(Error::new(
                own.name.span(),
                "`flatten` needs the `Serialize` and `Deserialize` of this derive",
            ));
        }
        (Some(own), []) => own.alone().map(|()| quote!())?,
        (None, _) => conversion(input, krate, flattened)?,
    };
    Ok(quote! {
        const _: () = {
            #implementations
            #conversion
        };
    })
}

fn known(settings: &[Setting], of: &str, known: &[&str]) -> Result<()> {
    match settings.iter().find(|it| !known.iter().any(|name| it.name == name)) {
        Some(setting) => Err(setting.unknown(of, known)),
        None => Ok(()),
    }
}

fn of_struct(
    input: &DeriveInput,
    settings: &[Setting],
    krate: &Crate,
    fields: Vec<&Field>,
) -> Result<(TokenStream, Vec<Ident>)> {
    let mut errors = Errors::default();
    errors.keep(known(settings, "a struct", &SETTINGS));
    let container = names::serde(&input.attrs)?;
    let computed = settings.iter().find(|it| it.name == "computed");
    if let Some(setting) = computed {
        errors.keep(setting.alone());
    }
    let mut names = BTreeSet::new();
    let parts = fields.into_iter().filter_map(|field| {
        let part = errors.keep(part(field, krate, &container, computed.is_some()))?;
        if let Part::Attribute(name, _) | Part::Block(name, _) = &part
            && !names.insert(name.clone())
        {
            errors.push(Error::new_spanned(field, format!("there is another field of the name `{name}`")));
        }
        Some(part)
    });
    let parts: Vec<Part> = parts.collect();
    let mut schema = errors.keep(self::schema(input, settings, krate)).unwrap_or_default();
    errors.finish()?;
    let has_blocks = parts.iter().any(|part| matches!(part, Part::Block(..)));
    let mut flattened = Vec::new();
    for part in parts {
        schema = match part {
            Part::Attribute(name, attribute) => quote!(#schema.attribute(#name, #attribute)),
            Part::Block(name, block) => quote!(#schema.block(#name, #block)),
            Part::Flattened(field, flatten) => {
                flattened.push(field);
                quote!(#flatten(#schema))
            }
            Part::Skipped => schema,
        };
    }
    let name = &input.ident;
    // An attribute cannot have blocks in it.
    let attribute_type = if has_blocks { quote!() } else { nested(krate, name) };
    let implementations = quote! {
        #[automatically_derived]
        impl #krate::schema::HasSchema for #name {
            fn schema() -> #krate::schema::Schema {
                #schema
            }
        }

        #[automatically_derived]
        impl #krate::schema::BlockType for #name {
            type Content = Self;

            const NESTING: #krate::schema::Nesting = #krate::schema::Nesting::Single;
        }

        #attribute_type
    };
    Ok((implementations, flattened))
}

fn nested(krate: &Crate, name: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #krate::schema::AttributeType for #name {
            type Plain = Self;

            fn attribute(description: ::std::string::String) -> #krate::schema::Attribute {
                #krate::schema::private::object::<Self>(description)
            }
        }
    }
}

/// The schema with what the struct says, and without attributes.
fn schema(input: &DeriveInput, settings: &[Setting], krate: &Crate) -> Result<TokenStream> {
    let documented = description(&input.attrs)?;
    let mut description = quote!(#documented);
    let mut refinements = Vec::new();
    for setting in settings {
        match setting.name.to_string().as_str() {
            "description" => {
                let value = setting.value()?;
                description = quote!(#value);
            }
            "version" | "deprecated" => {
                let (name, value) = (&setting.name, setting.value()?);
                refinements.push(quote!(.#name(#value)));
            }
            _ => {}
        }
    }
    Ok(quote!(#krate::schema::Schema::new(#description) #(#refinements)*))
}

/// A struct of one field is what that is.
fn of_newtype(input: &DeriveInput, settings: &[Setting], krate: &Crate, field: &Field) -> Result<TokenStream> {
    known(settings, "a struct of one field", &["own_serde", "crate"])?;
    let (name, ty) = (&input.ident, &field.ty);
    let attribute_type = quote_spanned!(ty.span()=> <#ty as #krate::schema::AttributeType>);
    Ok(quote! {
        #[automatically_derived]
        impl #krate::schema::AttributeType for #name {
            type Plain = #attribute_type::Plain;

            const NULLABLE: bool = #attribute_type::NULLABLE;

            fn attribute(description: ::std::string::String) -> #krate::schema::Attribute {
                #attribute_type::attribute(description)
            }
        }
    })
}

/// An enum is one of the names of its variants.
fn of_enum(input: &DeriveInput, settings: &[Setting], krate: &Crate, it: &DataEnum) -> Result<TokenStream> {
    known(settings, "an enum", &["own_serde", "crate"])?;
    let container = names::serde(&input.attrs)?;
    let mut errors = Errors::default();
    let mut choices = Vec::new();
    for variant in &it.variants {
        let serde = names::serde(&variant.attrs)?;
        if !variant.fields.is_empty() {
            errors.push(Error::new_spanned(&variant.fields, "a choice is a name alone: an object is a struct"));
        } else if !names::is_skipped(&serde)? {
            choices.extend(errors.keep(names::of_variant(&variant.ident, &serde, &container)));
        }
    }
    if it.variants.is_empty() {
        errors.push(Error::new_spanned(&input.ident, "there is nothing to choose from"));
    }
    errors.finish()?;
    let name = &input.ident;
    Ok(quote! {
        #[automatically_derived]
        impl #krate::schema::AttributeType for #name {
            type Plain = Self;

            fn attribute(description: ::std::string::String) -> #krate::schema::Attribute {
                #krate::schema::private::choice(description, [#(#choices),*])
            }
        }

        #[automatically_derived]
        impl #krate::schema::DefaultOf<#name> for #name {
            fn value(self) -> #krate::Value {
                #krate::schema::private::text(&self)
            }
        }
    })
}
