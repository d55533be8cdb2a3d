#![doc = include_str!("../README.md")]

mod conversion;
mod description;
mod field;
mod identity;
mod implementation;
mod model;
mod names;
mod settings;

use proc_macro::TokenStream;
use syn::{DeriveInput, Error, ItemImpl, parse_macro_input};

use self::implementation::{ACTION, DATA_SOURCE, EPHEMERAL_RESOURCE, Kind, LIST_RESOURCE, PROVIDER, RESOURCE, complete};

/// DOCS-MODEL
#[proc_macro_derive(Model, attributes(tf, serde))]
pub fn model(input: TokenStream) -> TokenStream {
    model::derive(&parse_macro_input!(input as DeriveInput)).unwrap_or_else(Error::into_compile_error).into()
}

/// DOCS-IDENTITY
#[proc_macro_derive(Identity, attributes(tf, serde))]
pub fn identity(input: TokenStream) -> TokenStream {
    identity::derive(&parse_macro_input!(input as DeriveInput)).unwrap_or_else(Error::into_compile_error).into()
}

fn filled_in(kind: &Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as ItemImpl);
    complete(kind, arguments.into(), item).unwrap_or_else(Error::into_compile_error).into()
}

/// DOCS-RESOURCE
#[proc_macro_attribute]
pub fn resource(arguments: TokenStream, item: TokenStream) -> TokenStream {
    filled_in(&RESOURCE, arguments, item)
}

/// DOCS
#[proc_macro_attribute]
pub fn data_source(arguments: TokenStream, item: TokenStream) -> TokenStream {
    filled_in(&DATA_SOURCE, arguments, item)
}

/// DOCS
#[proc_macro_attribute]
pub fn ephemeral_resource(arguments: TokenStream, item: TokenStream) -> TokenStream {
    filled_in(&EPHEMERAL_RESOURCE, arguments, item)
}

/// DOCS
#[proc_macro_attribute]
pub fn action(arguments: TokenStream, item: TokenStream) -> TokenStream {
    filled_in(&ACTION, arguments, item)
}

/// DOCS
#[proc_macro_attribute]
pub fn list_resource(arguments: TokenStream, item: TokenStream) -> TokenStream {
    filled_in(&LIST_RESOURCE, arguments, item)
}

/// DOCS
#[proc_macro_attribute]
pub fn provider(arguments: TokenStream, item: TokenStream) -> TokenStream {
    filled_in(&PROVIDER, arguments, item)
}
