//! Values that no state has: in every place where they can be, once only, and through an import, an upgrade and a move.

use std::collections::BTreeMap;

use tfplug::{
    MoveSource, Upgrades,
    prelude::*,
    schema::{AttributePlan, PlanModifier},
};

use super::user::Users;

fn unexpected(path: Path, value: &str) -> Diagnostic {
    Diagnostic::error("Unexpected value", format!("The tests give it another one than {value}.")).at(path)
}

pub struct Values;

/// A thing with write-only values in every place.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ValuesModel {
    /// Computed.
    #[tf(computed)]
    computed_attr: Attr<String>,
    /// An IPv6 address.
    #[tf(write_only)]
    writeonly_custom_ipv6: Attr<String>,
    /// A string.
    #[tf(write_only)]
    writeonly_string: Attr<String>,
    /// A list.
    #[tf(write_only)]
    writeonly_list: Attr<Vec<String>>,
    /// A map with write-only values in it.
    #[tf(required)]
    nested_map: Attr<BTreeMap<String, InMap>>,
    /// An object.
    #[tf(write_only)]
    writeonly_nested_object: Attr<InObject>,
    /// A block with write-only values in it.
    #[tf(block)]
    nested_block_list: Attr<Vec<InBlock>>,
}

/// In a map.
#[derive(Clone, Debug, PartialEq, Model)]
struct InMap {
    /// A string.
    #[tf(required)]
    string_attr: Attr<String>,
    /// A number.
    #[tf(write_only)]
    writeonly_float64: Attr<f64>,
}

/// In an object.
#[derive(Clone, Debug, PartialEq, Model)]
struct InObject {
    /// A number.
    #[tf(required, write_only)]
    writeonly_int64: Attr<i64>,
    /// A bool.
    #[tf(required, write_only)]
    writeonly_bool: Attr<bool>,
    /// A list.
    #[tf(required, write_only)]
    writeonly_nested_list: Attr<Vec<InList>>,
}

/// In a list.
#[derive(Clone, Debug, PartialEq, Model)]
struct InList {
    /// A string.
    #[tf(required, write_only)]
    writeonly_string: Attr<String>,
}

/// In a block.
#[derive(Clone, Debug, PartialEq, Model)]
struct InBlock {
    /// A string.
    #[tf(required)]
    string_attr: Attr<String>,
    /// A string.
    #[tf(write_only)]
    writeonly_string: Attr<String>,
    /// A block in it.
    #[tf(block)]
    double_nested_object: Attr<InInnerBlock>,
}

/// In a block in a block.
#[derive(Clone, Debug, PartialEq, Model)]
struct InInnerBlock {
    /// A bool.
    #[tf(required)]
    bool_attr: Attr<bool>,
    /// A bool.
    #[tf(write_only)]
    writeonly_bool: Attr<bool>,
}

/// Whether a value is the one that the tests give, if they give one.
fn check<T: PartialEq>(path: Path, value: &Attr<T>, expected: T, shown: &str) -> Result<()> {
    match value.as_known() {
        Some(value) if *value != expected => Err(unexpected(path, shown).into()),
        _ => Ok(()),
    }
}

impl ValuesModel {
    /// The configuration with what is computed, if the write-only values in it are those of the tests.
    fn of_config(cx: &Context<Users>) -> Result<Self> {
        let missing = || Diagnostic::error("No configuration", "Write-only values are in it alone.");
        let config: Self = cx.config()?.ok_or_else(missing)?;
        config.check()?;
        Ok(Self { computed_attr: "computed_val".into(), ..config })
    }

    fn check(&self) -> Result<()> {
        let at = Path::attribute;
        check(at("writeonly_custom_ipv6"), &self.writeonly_custom_ipv6, "::".to_owned(), "::")?;
        check(at("writeonly_string"), &self.writeonly_string, "fakepassword".to_owned(), "fakepassword")?;
        let list = ["fake".to_owned(), "password".to_owned()];
        check(at("writeonly_list"), &self.writeonly_list, list.to_vec(), "fake, password")?;
        let in_list = |text: &str| InList { writeonly_string: text.into() };
        let object = InObject {
            writeonly_int64: 1234.into(),
            writeonly_bool: true.into(),
            writeonly_nested_list: vec![in_list("fakepassword1"), in_list("fakepassword2")].into(),
        };
        check(at("writeonly_nested_object"), &self.writeonly_nested_object, object, "the object of the tests")?;
        let map = at("nested_map");
        for (key, number) in [("key1", 10.0), ("key2", 20.0)] {
            let Some(element) = self.nested_map.as_known().and_then(|map| map.get(key)) else { continue };
            let path = map.then_key(key).then_attribute("writeonly_float64");
            check(path, &element.writeonly_float64, number, &number.to_string())?;
        }
        let expected = [("fakepassword1", false), ("fakepassword2", true)];
        for (index, (block, (text, truth))) in
            self.nested_block_list.as_known().into_iter().flatten().zip(expected).enumerate()
        {
            let path = at("nested_block_list").then_index(index);
            check(path.then_attribute("writeonly_string"), &block.writeonly_string, text.to_owned(), text)?;
            let Some(inner) = block.double_nested_object.as_known() else { continue };
            let path = path.then_attribute("double_nested_object").then_attribute("writeonly_bool");
            check(path, &inner.writeonly_bool, truth, &truth.to_string())?;
        }
        Ok(())
    }
}

#[resource("framework_writeonly")]
impl Resource for Values {
    type Data = Users;
    type Model = ValuesModel;

    async fn create(&self, cx: &mut Context<Users>, _: ValuesModel) -> Result<ValuesModel> {
        // With the write-only values: it is the framework that takes them out.
        ValuesModel::of_config(cx)
    }

    async fn read(&self, _: &mut Context<Users>, state: ValuesModel) -> Result<Option<ValuesModel>> {
        Ok(Some(ValuesModel { writeonly_string: "nobody sees this".into(), ..state }))
    }

    async fn update(&self, cx: &mut Context<Users>, _: ValuesModel, _: ValuesModel) -> Result<ValuesModel> {
        ValuesModel::of_config(cx)
    }

    async fn delete(&self, _: &mut Context<Users>, _: ValuesModel) -> Result<()> {
        Ok(())
    }
}

pub struct Once;

/// A thing with a value that only its creation needs.
#[derive(Clone, Model)]
pub struct OnceModel {
    /// Another one is another thing.
    #[tf(required, requires_replace)]
    trigger_attr: Attr<String>,
    /// A string.
    #[tf(write_only, modify_plan(required_on_create()))]
    writeonce_string: Attr<String>,
}

fn required_on_create() -> PlanModifier {
    PlanModifier::new("Must be set in a creation.", |attribute: &mut AttributePlan<'_>| {
        if attribute.creates && attribute.config.is_null() {
            let detail = format!("{} must be set where the resource is created.", attribute.path);
            let missing = Diagnostic::error("Attribute Required when Creating", detail);
            attribute.diagnostics.push(missing.at(attribute.path.clone()));
        }
    })
}

#[resource("framework_writeonce")]
impl Resource for Once {
    type Data = Users;
    type Model = OnceModel;

    async fn create(&self, cx: &mut Context<Users>, planned: OnceModel) -> Result<OnceModel> {
        let config: OnceModel = cx.config()?.unwrap_or(planned);
        let path = Path::attribute("writeonce_string");
        check(path, &config.writeonce_string, "fakepassword".to_owned(), "fakepassword")?;
        Ok(config)
    }

    async fn read(&self, _: &mut Context<Users>, state: OnceModel) -> Result<Option<OnceModel>> {
        Ok(Some(state))
    }

    async fn delete(&self, _: &mut Context<Users>, _: OnceModel) -> Result<()> {
        Ok(())
    }
}

pub struct Password;

/// A thing with a password that a state has, or with one that it has not.
#[derive(Clone, Model)]
pub struct PasswordModel {
    /// The password that the state has.
    #[tf(requires_replace)]
    old_password_attr: Attr<String>,
    /// Another one means another password.
    #[tf(requires_replace)]
    password_version: Attr<String>,
    /// The password that no state has.
    #[tf(write_only)]
    writeonly_password: Attr<String>,
}

#[resource("framework_writeonly_validations")]
impl Resource for Password {
    type Data = Users;
    type Model = PasswordModel;

    fn validate(&self, config: &PasswordModel) -> Diagnostics {
        let PasswordModel { old_password_attr: old, password_version: version, writeonly_password: new } = config;
        let mut told = Diagnostics::NONE;
        // The summaries are those that the tests look for.
        let mut refuse = |summary: &str, detail: &str| told.push(Diagnostic::error(summary, detail));
        if old.is_null() && new.is_null() {
            refuse("Missing Attribute Configuration", "Set `old_password_attr` or `writeonly_password`.");
        }
        if old.is_known() && (new.is_known() || version.is_known()) {
            let detail = "`old_password_attr` goes with neither `writeonly_password` nor `password_version`.";
            refuse("Invalid Attribute Combination", detail);
        }
        if version.is_known() && new.is_null() || new.is_known() && version.is_null() {
            let detail = "`writeonly_password` and `password_version` go together.";
            refuse("Invalid Attribute Combination", detail);
        }
        if old.is_known() {
            let detail = "Terraform 1.11 and later can give `writeonly_password`, which no state has.";
            told.push(Diagnostic::warning("A password in the state", detail).at(Path::attribute("old_password_attr")));
        }
        told
    }

    async fn create(&self, cx: &mut Context<Users>, planned: PasswordModel) -> Result<PasswordModel> {
        let config: PasswordModel = cx.config()?.unwrap_or(planned);
        let (name, password, expected) = if config.writeonly_password.is_null() {
            ("old_password_attr", &config.old_password_attr, ["oldpassword", "oldpassword2"])
        } else {
            ("writeonly_password", &config.writeonly_password, ["newpassword", "newpassword2"])
        };
        if !expected.contains(&password.require(name)?.as_str()) {
            return Err(unexpected(Path::attribute(name), &expected.join(" or ")).into());
        }
        Ok(config)
    }

    async fn read(&self, _: &mut Context<Users>, state: PasswordModel) -> Result<Option<PasswordModel>> {
        Ok(Some(state))
    }

    async fn delete(&self, _: &mut Context<Users>, _: PasswordModel) -> Result<()> {
        Ok(())
    }
}

/// A thing with a string that the state has, and one that it has not.
#[derive(Clone, Model)]
pub struct Pair {
    /// A string.
    #[tf(required)]
    string_attr: Attr<String>,
    /// A string.
    #[tf(write_only)]
    writeonly_string: Attr<String>,
}

impl Pair {
    /// As somebody would have it who does not know what a state cannot hold.
    fn with_both(text: &str) -> Self {
        Self { string_attr: text.into(), writeonly_string: "nobody sees this".into() }
    }

    fn of_config(cx: &Context<Users>, planned: Self) -> Result<Self> {
        Ok(cx.config()?.unwrap_or(planned))
    }
}

pub struct Imported;

#[resource("framework_writeonly_import")]
impl Resource for Imported {
    type Data = Users;
    type Model = Pair;

    async fn create(&self, cx: &mut Context<Users>, planned: Pair) -> Result<Pair> {
        Pair::of_config(cx, planned)
    }

    async fn read(&self, _: &mut Context<Users>, state: Pair) -> Result<Option<Pair>> {
        Ok(Some(Pair { string_attr: "hello world!".into(), ..state }))
    }

    async fn delete(&self, _: &mut Context<Users>, _: Pair) -> Result<()> {
        Ok(())
    }

    async fn import(&self, _: &mut Context<Users>, _: Import<NoIdentity>) -> Result<Pair> {
        Ok(Pair::with_both("hello world!"))
    }
}

pub struct Moved;

#[resource("framework_writeonly_move")]
impl Resource for Moved {
    type Data = Users;
    type Model = Pair;

    async fn create(&self, cx: &mut Context<Users>, planned: Pair) -> Result<Pair> {
        Pair::of_config(cx, planned)
    }

    async fn read(&self, _: &mut Context<Users>, state: Pair) -> Result<Option<Pair>> {
        Ok(Some(state))
    }

    async fn delete(&self, _: &mut Context<Users>, _: Pair) -> Result<()> {
        Ok(())
    }

    fn move_from(&self, _: &MoveSource) -> Result<Option<Pair>> {
        Ok(Some(Pair::with_both("hello world!")))
    }
}

pub struct Upgraded;

#[resource("framework_writeonly_upgrade")]
impl Resource for Upgraded {
    type Data = Users;
    type Model = Pair;

    fn schema(&self) -> Schema {
        Schema::of::<Pair>().version(1)
    }

    async fn create(&self, cx: &mut Context<Users>, planned: Pair) -> Result<Pair> {
        Pair::of_config(cx, planned)
    }

    async fn read(&self, _: &mut Context<Users>, state: Pair) -> Result<Option<Pair>> {
        Ok(Some(state))
    }

    async fn delete(&self, _: &mut Context<Users>, _: Pair) -> Result<()> {
        Ok(())
    }

    fn upgrades(&self) -> Upgrades<Pair> {
        // The tests have the present schema as version 0 too.
        Upgrades::new().from(|_: Pair| Ok(Pair::with_both("world!")))
    }
}
