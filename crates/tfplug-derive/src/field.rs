//! The attribute or block that a field is.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Error, Field, Ident, Meta, Result, spanned::Spanned as _};

use crate::{
    description, names,
    settings::{Crate, Setting, settings},
};

/// What a field of a model is.
pub enum Part {
    /// An attribute of this name.
    Attribute(String, TokenStream),
    /// A nested block of this name.
    Block(String, TokenStream),
    /// A struct whose attributes and blocks are its own.
    Flattened(Ident, TokenStream),
    /// Nothing of the schema's.
    Skipped,
}

/// The settings that are methods of the builder without arguments.
const FLAGS: [&str; 10] = [
    "required",
    "optional",
    "computed",
    "sensitive",
    "unquoted",
    "write_only",
    "informational",
    "allow_null_elements",
    "requires_replace",
    "use_state_for_unknown",
];

/// Those beside [`FLAGS`].
const OTHERS: [&str; 16] = [
    "requires_replace_if_configured",
    "requires_replace_if",
    "default",
    "default_from",
    "deprecated",
    "description",
    "validate",
    "modify_plan",
    "semantic_equality",
    "semantic_equality_of_results",
    "with",
    "set",
    "block",
    "type",
    "attribute",
    "timeouts",
];

/// Those of a block.
const OF_A_BLOCK: [&str; 9] = [
    "block",
    "set",
    "computed",
    "deprecated",
    "description",
    "requires_replace",
    "validate",
    "modify_plan",
    "timeouts",
];

/// What may stand more than once, one after the other.
const REPEATABLE: [&str; 4] = ["validate", "modify_plan", "requires_replace_if", "with"];

/// What cannot be said of one attribute at once.
const CONTRADICTIONS: [(&str, &str); 11] = [
    ("required", "optional"),
    ("required", "computed"),
    ("required", "informational"),
    ("required", "default"),
    ("computed", "default"),
    ("computed", "write_only"),
    ("informational", "write_only"),
    ("default", "write_only"),
    ("type", "attribute"),
    ("type", "timeouts"),
    ("attribute", "timeouts"),
];

struct Context<'a> {
    krate: &'a Crate,
    field: &'a Field,
    settings: Vec<Setting>,
    documented: String,
}

/// Reads a field. `computed` is what holds where the field says nothing of presence.
pub fn part(field: &Field, krate: &Crate, container: &[Meta], computed: bool) -> Result<Part> {
    let Some(name) = &field.ident else { return Err(Error::new_spanned(field, "a field with a name is expected")) };
    let serde = names::serde(&field.attrs)?;
    let settings = settings(&field.attrs, &REPEATABLE)?;
    let surplus = |what: &str| match settings.first() {
        Some(setting) => Err(Error::new(setting.name.span(), format!("{what} has no settings"))),
        None => Ok(()),
    };
    if names::is_skipped(&serde)? {
        return surplus("a field that is skipped").map(|()| Part::Skipped);
    }
    if serde.iter().any(|meta| meta.path().is_ident("flatten")) {
        surplus("a struct that is flattened")?;
        let ty = &field.ty;
        let tokens = quote_spanned!(ty.span()=> #krate::schema::private::flatten::<#ty>);
        return Ok(Part::Flattened(name.clone(), tokens));
    }
    let attribute = names::of_field(name, &serde, container)?;
    let context = Context { krate, field, settings, documented: description::description(&field.attrs)? };
    context.check()?;
    if context.has("block") {
        return context.block().map(|block| Part::Block(attribute, block));
    }
    context.attribute(computed).map(|tokens| Part::Attribute(attribute, tokens))
}

impl Context<'_> {
    fn find(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|it| it.name == name)
    }

    fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// That the settings are known, and go together.
    fn check(&self) -> Result<()> {
        let is_block = self.has("block");
        for setting in &self.settings {
            let is = |known: &[&str]| known.iter().any(|name| setting.name == name);
            if is_block && !is(&OF_A_BLOCK) && (is(&FLAGS) || is(&OTHERS)) {
                return Err(Error::new(setting.name.span(), format!("a block cannot be `{}`", setting.name)));
            }
            if !is(&FLAGS) && !is(&OTHERS) {
                return Err(setting.unknown("an attribute", &[&FLAGS[..], &OTHERS].concat()));
            }
        }
        for (one, other) in CONTRADICTIONS {
            if let (Some(one), Some(other)) = (self.position(one), self.position(other)) {
                let (first, second) = (&self.settings[one.min(other)], &self.settings[one.max(other)]);
                let message = format!("`{}` contradicts `{}`", second.name, first.name);
                return Err(Error::new(second.name.span(), message));
            }
        }
        Ok(())
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.settings.iter().position(|it| it.name == name)
    }

    /// What the description is: an expression, or the doc comment.
    fn description(&self) -> Result<TokenStream> {
        match self.find("description") {
            Some(setting) => setting.value().map(|value| quote!(#value)),
            None => {
                let text = &self.documented;
                Ok(quote!(#text))
            }
        }
    }

    fn attribute(&self, computed: bool) -> Result<TokenStream> {
        let (mut attribute, is_whole) = self.base()?;
        let ty = &self.field.ty;
        let krate = self.krate;
        for setting in &self.settings {
            attribute = self.refined(attribute, setting)?;
        }
        let says = |names: &[&str]| names.iter().any(|name| self.has(name));
        if is_whole || says(&["required", "optional", "computed", "informational", "default"]) {
            return Ok(attribute);
        }
        Ok(match (computed, self.has("type")) {
            (true, _) => quote!(#attribute.computed()),
            (false, true) => attribute,
            (false, false) => quote!(#krate::schema::private::presence::<#ty>(#attribute)),
        })
    }

    /// The attribute before its settings, and whether it comes with a presence of its own.
    fn base(&self) -> Result<(TokenStream, bool)> {
        let (krate, ty) = (self.krate, &self.field.ty);
        let whole = self.find("attribute").or_else(|| self.find("timeouts"));
        if let (Some(whole), Some(description)) = (whole, self.find("description")) {
            let message = format!("`{}` comes with a description", whole.name);
            return Err(Error::new(description.name.span(), message));
        }
        if let Some(setting) = self.find("attribute") {
            let value = setting.value()?;
            return Ok((quote_spanned!(value.span()=> #krate::schema::private::whole(#value)), true));
        }
        if let Some(setting) = self.find("timeouts") {
            return self.timeouts(setting, &quote!(attribute)).map(|attribute| (attribute, true));
        }
        if self.documented.is_empty() && !self.has("description") {
            let message = "an attribute needs a description: a doc comment, or `#[tf(description = …)]`";
            return Err(Error::new_spanned(&self.field.ident, message));
        }
        let description = self.description()?;
        let base = match self.find("type") {
            Some(setting) => {
                let value = setting.value()?;
                quote!(#krate::schema::Attribute::of(#value, #description))
            }
            None => quote_spanned!(ty.span()=> #krate::schema::private::attribute::<#ty>(#description)),
        };
        Ok((base, false))
    }

    /// The attribute or the block of these operations, by the name of its constructor.
    fn timeouts(&self, setting: &Setting, constructor: &TokenStream) -> Result<TokenStream> {
        let (krate, ty) = (self.krate, &self.field.ty);
        let mut defaults = Vec::new();
        for default in setting.inner()? {
            let operation = match default.name.to_string().as_str() {
                "create" => quote!(Create),
                "read" => quote!(Read),
                "update" => quote!(Update),
                "delete" => quote!(Delete),
                _ => return Err(default.unknown("timeouts", &["create", "read", "update", "delete"])),
            };
            let value = default.value()?;
            defaults.push(quote!((#krate::timeouts::Operation::#operation, #value)));
        }
        let is_timeouts =
            quote_spanned!(ty.span()=> let _: fn(&#ty) -> &#krate::Attr<#krate::timeouts::Timeouts> = |it| it;);
        Ok(quote!({
            #is_timeouts
            #krate::timeouts::Timeouts::#constructor(&[#(#defaults),*])
        }))
    }

    /// The attribute with one more setting.
    fn refined(&self, attribute: TokenStream, setting: &Setting) -> Result<TokenStream> {
        let (krate, ty, name) = (self.krate, &self.field.ty, &setting.name);
        let span = name.span();
        let plan = |modifier: TokenStream| quote!(#attribute.modify_plan(#krate::schema::plan::#modifier));
        Ok(match name.to_string().as_str() {
            flag if FLAGS.contains(&flag) => {
                setting.alone()?;
                quote_spanned!(span=> #attribute.#name())
            }
            "requires_replace_if_configured" => {
                setting.alone()?;
                plan(quote!(requires_replace_if_configured()))
            }
            "requires_replace_if" => {
                let arguments = setting.arguments()?;
                plan(quote_spanned!(span=> requires_replace_if(#arguments)))
            }
            "set" => {
                setting.alone()?;
                quote_spanned!(span=> #krate::schema::private::set::<#ty>(#attribute))
            }
            "default" => {
                let value = setting.value()?;
                let is_typed = !["type", "attribute", "timeouts"].iter().any(|it| self.has(it));
                if is_typed {
                    quote_spanned!(value.span()=> #krate::schema::private::default::<#ty, _>(#attribute, #value))
                } else {
                    quote!(#attribute.default(#value))
                }
            }
            "default_from" => {
                let value = setting.value()?;
                quote!(#attribute.default_from(#value))
            }
            "deprecated" => {
                let value = setting.value()?;
                quote!(#attribute.deprecated(#value))
            }
            "semantic_equality" => {
                let value = setting.value()?;
                quote!(#attribute.semantic_equality(#value))
            }
            "semantic_equality_of_results" => {
                let value = setting.value()?;
                quote!(#attribute.semantic_equality_of_results(#value))
            }
            "with" => {
                let value = setting.value()?;
                quote!((#value)(#attribute))
            }
            "validate" => {
                self.each(attribute.clone(), setting, &Ident::new("validate", Span::call_site()), &quote!(validate))?
            }
            "modify_plan" => {
                self.each(attribute.clone(), setting, &Ident::new("modify_plan", Span::call_site()), &quote!(plan))?
            }
            // Part of the attribute from its beginning.
            _ => attribute.clone(),
        })
    }

    /// One call of a method for each expression, with everything in a module of tfplug's in scope.
    fn each(
        &self,
        attribute: TokenStream,
        setting: &Setting,
        method: &Ident,
        scope: &TokenStream,
    ) -> Result<TokenStream> {
        let krate = self.krate;
        Ok(setting.arguments()?.iter().fold(attribute, |attribute, argument| {
            quote!(#attribute.#method({
                #[allow(unused_imports)]
                use #krate::schema::#scope::*;
                #argument
            }))
        }))
    }

    fn block(&self) -> Result<TokenStream> {
        let (krate, ty) = (self.krate, &self.field.ty);
        let mut block = match (self.find("timeouts"), self.find("description")) {
            (Some(_), Some(description)) => {
                return Err(Error::new(description.name.span(), "`timeouts` comes with a description"));
            }
            (Some(setting), None) => self.timeouts(setting, &quote!(block))?,
            (None, _) => {
                let description = self.description()?;
                quote_spanned!(ty.span()=> #krate::schema::private::block::<#ty>(#description))
            }
        };
        for setting in &self.settings {
            match setting.name.to_string().as_str() {
                "block" => {
                    for limit in setting.inner()? {
                        let name = &limit.name;
                        if name != "min_items" && name != "max_items" {
                            return Err(limit.unknown("a block", &["min_items", "max_items"]));
                        }
                        let value = limit.value()?;
                        block = quote!(#block.#name(#value));
                    }
                }
                "set" => {
                    setting.alone()?;
                    block = quote!(#krate::schema::private::set_of_blocks::<#ty>(#block));
                }
                "deprecated" => {
                    let value = setting.value()?;
                    block = quote!(#block.deprecated(#value));
                }
                "requires_replace" => {
                    setting.alone()?;
                    block = quote!(#block.requires_replace());
                }
                "computed" => {
                    setting.alone()?;
                    block = quote!(#block.computed());
                }
                "validate" => block = self.each(block, setting, &setting.name, &quote!(validate))?,
                "modify_plan" => block = self.each(block, setting, &setting.name, &quote!(plan))?,
                _ => {}
            }
        }
        Ok(block)
    }
}
