//! What stands in `#[tf(...)]`.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{
    Attribute, Error, Expr, Ident, Result, Token,
    ext::IdentExt as _,
    parenthesized,
    parse::{Parse, ParseStream, Parser as _},
    punctuated::Punctuated,
};

/// `name`, `name = EXPR` or `name(...)`.
pub struct Setting {
    pub name: Ident,
    pub given: Given,
}

/// What follows the name.
pub enum Given {
    Nothing,
    Value(Box<Expr>),
    List(TokenStream),
}

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.call(Ident::parse_any)?;
        let given = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Given::Value(input.parse()?)
        } else if input.peek(syn::token::Paren) {
            let list;
            parenthesized!(list in input);
            Given::List(list.parse()?)
        } else {
            Given::Nothing
        };
        Ok(Self { name, given })
    }
}

impl Setting {
    /// That it stands alone.
    pub fn alone(&self) -> Result<()> {
        match &self.given {
            Given::Nothing => Ok(()),
            Given::Value(value) => Err(Error::new_spanned(value, format!("`{}` takes no value", self.name))),
            Given::List(list) => Err(self.at(list, format!("`{}` takes nothing in parentheses", self.name))),
        }
    }

    /// The value of `name = EXPR`.
    pub fn value(&self) -> Result<&Expr> {
        match &self.given {
            Given::Value(value) => Ok(value),
            _ => Err(Error::new(self.name.span(), format!("`{0}` takes a value: `{0} = …`", self.name))),
        }
    }

    /// What is in the parentheses of `name(EXPR, …)`, at least one.
    pub fn arguments(&self) -> Result<Punctuated<Expr, Token![,]>> {
        let missing =
            || Error::new(self.name.span(), format!("`{0}` takes something in parentheses: `{0}(…)`", self.name));
        let Given::List(list) = &self.given else { return Err(missing()) };
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(list.clone())?;
        if arguments.is_empty() { Err(missing()) } else { Ok(arguments) }
    }

    /// The settings in the parentheses, if there are any: `name` or `name(inner = …)`.
    pub fn inner(&self) -> Result<Vec<Setting>> {
        match &self.given {
            Given::Nothing => Ok(Vec::new()),
            Given::Value(value) => Err(Error::new_spanned(value, format!("`{}` takes no value", self.name))),
            Given::List(list) => {
                Ok(Punctuated::<Self, Token![,]>::parse_terminated.parse2(list.clone())?.into_iter().collect())
            }
        }
    }

    fn at(&self, tokens: &TokenStream, message: String) -> Error {
        if tokens.is_empty() { Error::new(self.name.span(), message) } else { Error::new_spanned(tokens, message) }
    }

    /// That there is no such setting, and which there are.
    pub fn unknown(&self, of: &str, known: &[&str]) -> Error {
        let known = known.join("`, `");
        Error::new(self.name.span(), format!("there is no setting `{}` of {of}; there are `{known}`", self.name))
    }
}

/// All settings in the `#[tf(...)]` among these attributes, in their order, each once but for those of `repeatable`.
pub fn settings(attributes: &[Attribute], repeatable: &[&str]) -> Result<Vec<Setting>> {
    let mut settings: Vec<Setting> = Vec::new();
    for attribute in attributes.iter().filter(|it| it.path().is_ident("tf")) {
        for setting in attribute.parse_args_with(Punctuated::<Setting, Token![,]>::parse_terminated)? {
            let is_given = settings.iter().any(|it| it.name == setting.name);
            if is_given && !repeatable.iter().any(|name| setting.name == name) {
                return Err(Error::new(setting.name.span(), format!("`{}` is given twice", setting.name)));
            }
            settings.push(setting);
        }
    }
    Ok(settings)
}

/// All errors as one.
#[derive(Default)]
pub struct Errors(Option<Error>);

impl Errors {
    pub fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    /// The value, or `None` with the error kept.
    pub fn keep<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub fn finish(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

/// The path of tfplug: `::tfplug`, or what `crate = PATH` says.
pub struct Crate(TokenStream);

impl Crate {
    pub fn of(settings: &[Setting]) -> Result<Self> {
        match settings.iter().find(|it| it.name == "crate") {
            Some(setting) => Ok(Self(setting.value()?.to_token_stream())),
            None => Ok(Self(quote::quote_spanned!(Span::call_site()=> ::tfplug))),
        }
    }

    /// As text, for serde.
    pub fn text(&self) -> String {
        self.0.to_string().split_whitespace().collect()
    }
}

impl ToTokens for Crate {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}
