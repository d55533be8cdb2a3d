//! `Serialize` and `Deserialize`, which serde's own derive writes for a mirror of the type.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Error, Field, Fields, Ident, Meta, Result, Type};

use crate::{names, settings::Crate};

/// The conversion of a type. Fields of `flattened` are structs that share its object.
pub fn conversion(input: &DeriveInput, krate: &Crate, flattened: &[Ident]) -> Result<TokenStream> {
    let mirror = mirror(input, krate, flattened)?;
    let name = &input.ident;
    let serde = quote!(#krate::schema::private::serde);
    let (serialize, deserialize) = match flattened {
        [] => (quote!(__Mirror::serialize(self, serializer)), quote!(__Mirror::deserialize(deserializer))),
        _ => (with_all(krate, name, flattened), from_all(input, krate, flattened)?),
    };
    Ok(quote! {
        #mirror

        #[automatically_derived]
        impl #serde::Serialize for #name {
            fn serialize<S: #serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #serialize
            }
        }

        #[automatically_derived]
        impl<'de> #serde::Deserialize<'de> for #name {
            fn deserialize<D: #serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                #deserialize
            }
        }
    })
}

/// A copy of the type that serde derives for, as if it were the type itself. Where there are flattened fields, it is
/// for writing alone, and without them.
fn mirror(input: &DeriveInput, krate: &Crate, flattened: &[Ident]) -> Result<TokenStream> {
    let serde = quote!(#krate::schema::private::serde);
    let path = format!("{}::schema::private::serde", krate.text());
    let (name, own) = (input.ident.to_string(), kept(&input.attrs)?);
    let renamed = if names::serde(&input.attrs)?.iter().any(|it| it.path().is_ident("rename")) {
        quote!()
    } else {
        quote!(#[serde(rename = #name)])
    };
    let derives =
        if flattened.is_empty() { quote!(#serde::Serialize, #serde::Deserialize) } else { quote!(#serde::Serialize) };
    let body = match &input.data {
        Data::Struct(it) => match &it.fields {
            Fields::Named(fields) => {
                let fields = fields.named.iter().map(|field| mirrored(field, flattened)).collect::<Result<Vec<_>>>()?;
                quote!(struct __Mirror { #(#fields)* })
            }
            Fields::Unnamed(fields) => {
                let fields = fields.unnamed.iter().map(|it| &it.ty);
                quote!(struct __Mirror(#(#fields),*);)
            }
            Fields::Unit => quote!(
                struct __Mirror;
            ),
        },
        Data::Enum(it) => {
            let variants = it.variants.iter().map(|variant| {
                let (name, own) = (&variant.ident, kept(&variant.attrs)?);
                Ok(quote!(#(#own)* #name,))
            });
            let variants = variants.collect::<Result<Vec<TokenStream>>>()?;
            quote!(enum __Mirror { #(#variants)* })
        }
        Data::Union(_) => return Err(Error::new_spanned(input, "a union is no model")),
    };
    Ok(quote! {
        #[derive(#derives)]
        #[serde(crate = #path, remote = #name)]
        #renamed
        #(#own)*
        #[allow(dead_code)]
        #body
    })
}

fn mirrored(field: &Field, flattened: &[Ident]) -> Result<TokenStream> {
    let (name, ty, own) = (&field.ident, &field.ty, kept(&field.attrs)?);
    let left_out = match name {
        Some(name) if flattened.contains(name) => quote!(#[serde(skip_serializing)]),
        _ => quote!(),
    };
    Ok(quote!(#(#own)* #left_out #name: #ty,))
}

/// What serde is to know of these attributes. `flatten` is not: serde's knows no unknown values.
fn kept(attributes: &[Attribute]) -> Result<Vec<TokenStream>> {
    let metas = names::serde(attributes)?.into_iter().filter(|meta| !meta.path().is_ident("flatten"));
    Ok(metas.map(|meta: Meta| quote!(#[serde(#meta)])).collect())
}

/// Writes a struct's own fields and those of the structs in it as one object.
fn with_all(krate: &Crate, name: &Ident, flattened: &[Ident]) -> TokenStream {
    let joined = quote!(#krate::schema::private::Joined);
    let serde = quote!(#krate::schema::private::serde);
    let all =
        flattened.iter().fold(quote!(__Own(self)), |own, field| quote!(#joined { own: #own, shared: &self.#field }));
    quote! {
        struct __Own<'a>(&'a #name);

        impl #serde::Serialize for __Own<'_> {
            fn serialize<S: #serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                __Mirror::serialize(self.0, serializer)
            }
        }

        #serde::Serialize::serialize(&#all, serializer)
    }
}

/// Reads a struct's own fields and those of the structs in it from one object.
fn from_all(input: &DeriveInput, krate: &Crate, flattened: &[Ident]) -> Result<TokenStream> {
    let joined = quote!(#krate::schema::private::Joined);
    let serde = quote!(#krate::schema::private::serde);
    let path = format!("{}::schema::private::serde", krate.text());
    let Data::Struct(it) = &input.data else { return Err(Error::new_spanned(input, "only a struct can be flattened")) };
    let is_flattened = |field: &&Field| field.ident.as_ref().is_some_and(|name| flattened.contains(name));
    let own: Vec<_> = it.fields.iter().filter(|field| !is_flattened(field)).collect();
    let declared = own.iter().map(|field| mirrored(field, &[])).collect::<Result<Vec<_>>>()?;
    let container = kept(&input.attrs)?;
    let names = own.iter().map(|field| &field.ident);
    let parts: Vec<Ident> = (0..flattened.len()).map(|at| format_ident!("part_{at}")).collect();
    let types: Vec<&Type> = flattened
        .iter()
        .filter_map(|name| it.fields.iter().find(|field| field.ident.as_ref() == Some(name)))
        .map(|field| &field.ty)
        .collect();
    let ty = types.iter().fold(quote!(__Own), |own, ty| quote!(#joined<#own, #ty>));
    let pattern = parts.iter().fold(quote!(own), |own, part| quote!(#joined { own: #own, shared: #part }));
    Ok(quote! {
        #[derive(#serde::Deserialize)]
        #[serde(crate = #path)]
        #(#container)*
        struct __Own { #(#declared)* }

        let #pattern = <#ty as #serde::Deserialize>::deserialize(deserializer)?;
        ::core::result::Result::Ok(Self { #(#names: own.#names,)* #(#flattened: #parts,)* })
    })
}
