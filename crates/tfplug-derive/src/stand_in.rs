//! What stands for a type with a mistake in it, so that the compiler tells of the mistake alone and not of each place
//! where the type is used.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput};

use crate::settings::{Crate, settings};

/// For a model.
pub fn model(input: &DeriveInput) -> TokenStream {
    let Some(krate) = krate(input) else { return TokenStream::new() };
    let (name, conversion) = (&input.ident, conversion(input, &krate));
    let of_struct = matches!(input.data, Data::Struct(_)).then(|| {
        quote! {
            impl #krate::schema::HasSchema for #name {
                fn schema() -> #krate::schema::Schema { ::core::unimplemented!() }
            }

            impl #krate::schema::BlockType for #name {
                type Content = Self;

                const NESTING: #krate::schema::Nesting = #krate::schema::Nesting::Single;
            }
        }
    });
    quote! {
        const _: () = {
            #of_struct

            impl #krate::schema::AttributeType for #name {
                type Plain = Self;

                fn attribute(_: ::std::string::String) -> #krate::schema::Attribute { ::core::unimplemented!() }
            }

            #conversion
        };
    }
}

/// For an identity.
pub fn identity(input: &DeriveInput) -> TokenStream {
    let Some(krate) = krate(input) else { return TokenStream::new() };
    let (name, conversion) = (&input.ident, conversion(input, &krate));
    quote! {
        const _: () = {
            impl #krate::schema::HasIdentitySchema for #name {
                fn identity_schema() -> ::core::option::Option<#krate::schema::IdentitySchema> {
                    ::core::unimplemented!()
                }
            }

            #conversion
        };
    }
}

/// Where tfplug is; `None` where nothing can stand for the type.
fn krate(input: &DeriveInput) -> Option<Crate> {
    let can_be = input.generics.params.is_empty() && !matches!(input.data, Data::Union(_));
    can_be.then(|| settings(&input.attrs, &[]).and_then(|it| Crate::of(&it)).ok()).flatten()
}

fn conversion(input: &DeriveInput, krate: &Crate) -> TokenStream {
    let is_own = settings(&input.attrs, &[]).is_ok_and(|it| it.iter().any(|it| it.name == "own_serde"));
    if is_own {
        return TokenStream::new();
    }
    let (name, serde) = (&input.ident, quote!(#krate::schema::private::serde));
    quote! {
        impl #serde::Serialize for #name {
            fn serialize<S: #serde::Serializer>(&self, _: S) -> ::core::result::Result<S::Ok, S::Error> {
                ::core::unimplemented!()
            }
        }

        impl<'de> #serde::Deserialize<'de> for #name {
            fn deserialize<D: #serde::Deserializer<'de>>(_: D) -> ::core::result::Result<Self, D::Error> {
                ::core::unimplemented!()
            }
        }
    }
}
