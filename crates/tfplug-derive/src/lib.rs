#![doc = include_str!("../README.md")]

mod conversion;
mod description;
mod field;
mod identity;
mod implementation;
mod model;
mod names;
mod settings;
mod stand_in;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as TokenStream2;
use syn::{DeriveInput, Error, ItemImpl, parse_macro_input};

use self::implementation::{
    ACTION, DATA_SOURCE, EPHEMERAL_RESOURCE, Kind, LIST_RESOURCE, PROVIDER, RESOURCE, STATE_STORE, complete,
};

/// Makes schema and model of one struct. What can be said in `#[tf(...)]` is in the docs of tfplug, under this name.
#[proc_macro_derive(Model, attributes(tf, serde))]
pub fn model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    model::derive(&input).unwrap_or_else(|error| told(&error, stand_in::model(&input))).into()
}

/// Makes the schema of an identity and its model of one struct. See the docs of tfplug, under this name.
#[proc_macro_derive(Identity, attributes(tf, serde))]
pub fn identity(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    identity::derive(&input).unwrap_or_else(|error| told(&error, stand_in::identity(&input))).into()
}

/// An error, and what stands for the type until it is mended.
fn told(error: &Error, mut stand_in: TokenStream2) -> TokenStream2 {
    stand_in.extend(error.to_compile_error());
    stand_in
}

fn filled_in(kind: &Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as ItemImpl);
    complete(kind, arguments.into(), item).unwrap_or_else(Error::into_compile_error).into()
}

/// Fills in what follows from the rest of an `impl Resource for …`.
#[proc_macro_attribute]
pub fn resource(arguments: TokenStream, item: TokenStream) -> TokenStream {
    filled_in(&RESOURCE, arguments, item)
}

/// Fills in what follows from the rest of an `impl DataSource for …`: see `resource`.
#[proc_macro_attribute]
pub fn data_source(arguments: TokenStream, item: TokenStream) -> TokenStream {
    filled_in(&DATA_SOURCE, arguments, item)
}

/// Fills in what follows from the rest of an `impl EphemeralResource for …`: see `resource`.
#[proc_macro_attribute]
pub fn ephemeral_resource(arguments: TokenStream, item: TokenStream) -> TokenStream {
    filled_in(&EPHEMERAL_RESOURCE, arguments, item)
}

/// Fills in what follows from the rest of an `impl Action for …`: see `resource`.
#[proc_macro_attribute]
pub fn action(arguments: TokenStream, item: TokenStream) -> TokenStream {
    filled_in(&ACTION, arguments, item)
}

/// Fills in what follows from the rest of an `impl ListResource for …`: see `resource`.
#[proc_macro_attribute]
pub fn list_resource(arguments: TokenStream, item: TokenStream) -> TokenStream {
    filled_in(&LIST_RESOURCE, arguments, item)
}

/// Fills in what follows from the rest of an `impl StateStore for …`: see `resource`.
#[proc_macro_attribute]
pub fn state_store(arguments: TokenStream, item: TokenStream) -> TokenStream {
    filled_in(&STATE_STORE, arguments, item)
}

/// Fills in what follows from the rest of an `impl Provider for …`: see `resource`.
#[proc_macro_attribute]
pub fn provider(arguments: TokenStream, item: TokenStream) -> TokenStream {
    filled_in(&PROVIDER, arguments, item)
}
