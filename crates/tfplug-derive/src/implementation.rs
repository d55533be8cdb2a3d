//! `#[resource("...")]` and its like: what follows from the rest of an implementation is filled in.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, ImplItem, ItemImpl, LitStr, Result, parse_quote};

/// What can be filled in.
pub struct Kind {
    /// The trait that is implemented.
    pub name: &'static str,
    /// Whether the attribute names a type.
    pub is_named: bool,
    /// The associated type of the struct whose schema it is.
    pub model: &'static str,
    /// Whether there is an identity.
    pub has_identity: bool,
}

pub const RESOURCE: Kind = Kind { name: "Resource", is_named: true, model: "Model", has_identity: true };
pub const DATA_SOURCE: Kind = Kind { name: "DataSource", has_identity: false, ..RESOURCE };
pub const EPHEMERAL_RESOURCE: Kind = Kind { name: "EphemeralResource", ..DATA_SOURCE };
pub const ACTION: Kind = Kind { name: "Action", ..DATA_SOURCE };
pub const LIST_RESOURCE: Kind = Kind { name: "ListResource", model: "Config", ..DATA_SOURCE };
pub const STATE_STORE: Kind = Kind { name: "StateStore", ..DATA_SOURCE };
pub const PROVIDER: Kind = Kind { name: "Provider", is_named: false, model: "Config", ..DATA_SOURCE };

/// The implementation with everything that it does not say itself.
pub fn complete(kind: &Kind, arguments: TokenStream, mut item: ItemImpl) -> Result<TokenStream> {
    let path = match &item.trait_ {
        Some((path, _)) if path.segments.last().is_some_and(|it| it.ident == kind.name) => path,
        _ => {
            let message = format!("this belongs before an `impl {} for …`", kind.name);
            return Err(Error::new_spanned(item.impl_token, message));
        }
    };
    let krate = quote!(::tfplug);
    let has = |name: &str| {
        item.items.iter().any(|it| match it {
            ImplItem::Fn(it) => it.sig.ident == name,
            ImplItem::Type(it) => it.ident == name,
            _ => false,
        })
    };
    let model = syn::Ident::new(kind.model, proc_macro2::Span::call_site());
    let mut filled: Vec<ImplItem> = Vec::new();
    if kind.is_named {
        let name: LitStr = syn::parse2(arguments.clone()).map_err(|error| {
            let message = format!("the name of the type is expected: `(\"…\")`; {error}");
            Error::new(error.span(), message)
        })?;
        if !has("type_name") {
            filled.push(parse_quote!(fn type_name(&self) -> &'static str { #name }));
        }
    }
    if !kind.is_named && !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "nothing is expected here"));
    }
    if !has("Data") {
        filled.push(parse_quote!(
            type Data = ();
        ));
    }
    if !has(kind.model) {
        filled.push(parse_quote!(type #model = Self;));
    }
    if !has("schema") {
        filled.push(parse_quote!(fn schema(&self) -> #krate::schema::Schema {
            #krate::schema::Schema::of::<<Self as #path>::#model>()
        }));
    }
    if kind.has_identity && !has("identity_schema") {
        filled.push(parse_quote!(fn identity_schema(&self) -> ::core::option::Option<#krate::schema::IdentitySchema> {
            <<Self as #path>::Identity as #krate::schema::HasIdentitySchema>::identity_schema()
        }));
    }
    if kind.has_identity && !has("Identity") {
        filled.push(parse_quote!(type Identity = #krate::NoIdentity;));
    }
    if !kind.is_named && !has("version") {
        filled.push(parse_quote!(
            fn version(&self) -> &'static str {
                ::core::env!("CARGO_PKG_VERSION")
            }
        ));
    }
    item.items.extend(filled);
    Ok(quote!(#item))
}
