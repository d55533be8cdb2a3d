//! The names that serde gives to fields and variants.

use syn::{
    Attribute, Error, Expr, ExprLit, Ident, Lit, Meta, Result, Token, ext::IdentExt as _, punctuated::Punctuated,
};

/// What stands in the `#[serde(...)]` among these attributes.
pub fn serde(attributes: &[Attribute]) -> Result<Vec<Meta>> {
    let mut metas = Vec::new();
    for attribute in attributes.iter().filter(|it| it.path().is_ident("serde")) {
        metas.extend(attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)?);
    }
    Ok(metas)
}

/// Whether serde leaves a field out.
pub fn is_skipped(serde: &[Meta]) -> Result<bool> {
    let half = |meta: &&Meta| meta.path().is_ident("skip_serializing") || meta.path().is_ident("skip_deserializing");
    let halves: Vec<_> = serde.iter().filter(half).collect();
    match halves[..] {
        [one] => Err(Error::new_spanned(one, "a value goes both ways: `skip`")),
        [_, _] => Ok(true),
        _ => Ok(serde.iter().any(|meta| meta.path().is_ident("skip"))),
    }
}

/// The name that `key = "..."` gives, if it does.
fn given<'m>(serde: &'m [Meta], key: &str) -> Result<Option<(String, &'m Meta)>> {
    let Some(meta) = serde.iter().find(|it| it.path().is_ident(key)) else { return Ok(None) };
    match meta {
        Meta::NameValue(given) => match &given.value {
            Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => Ok(Some((name.value(), meta))),
            other => Err(Error::new_spanned(other, "a string is expected")),
        },
        _ => Err(Error::new_spanned(meta, format!("a value has one name, both ways: `{key} = \"…\"`"))),
    }
}

/// The name of a struct's field.
pub fn of_field(field: &Ident, own: &[Meta], container: &[Meta]) -> Result<String> {
    if let Some((name, _)) = given(own, "rename")? {
        return Ok(name);
    }
    match given(container, "rename_all")? {
        Some((rule, meta)) if rule != "snake_case" && rule != "lowercase" => {
            Err(Error::new_spanned(meta, "Terraform's names consist of lower-case letters, digits and underscores"))
        }
        _ => Ok(field.unraw().to_string()),
    }
}

/// The name of an enum's variant.
pub fn of_variant(variant: &Ident, own: &[Meta], container: &[Meta]) -> Result<String> {
    if let Some((name, _)) = given(own, "rename")? {
        return Ok(name);
    }
    let name = variant.unraw().to_string();
    let Some((rule, meta)) = given(container, "rename_all")? else { return Ok(name) };
    let snake = snake_case(&name);
    Ok(match rule.as_str() {
        "lowercase" => name.to_ascii_lowercase(),
        "UPPERCASE" => name.to_ascii_uppercase(),
        "PascalCase" => name,
        "camelCase" => {
            let mut signs = name.chars();
            signs.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + signs.as_str())
        }
        "snake_case" => snake,
        "SCREAMING_SNAKE_CASE" => snake.to_ascii_uppercase(),
        "kebab-case" => snake.split('_').collect::<Vec<_>>().join("-"),
        "SCREAMING-KEBAB-CASE" => snake.to_ascii_uppercase().split('_').collect::<Vec<_>>().join("-"),
        _ => return Err(Error::new_spanned(meta, "serde has no such rule")),
    })
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (at, sign) in name.char_indices() {
        if at > 0 && sign.is_uppercase() {
            snake.push('_');
        }
        snake.push(sign.to_ascii_lowercase());
    }
    snake
}
