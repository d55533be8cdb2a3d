//! Writes the inputs from which fuzzing starts into the folder that it is given, a folder in it for each target: values
//! that Terraform could send, in the form that the target reads.

use std::{env, fs, io, path::Path};

use prost::Message;
use serde_json::{Value as Json, json};
use tfplug::{
    Value,
    proto::tfplugin6::{self as proto, DynamicValue, RawState, ResourceIdentityData},
    schema::{HasIdentitySchema, HasSchema},
    value::{Number, Refinement, Type, encode, from_json, to_json},
};
use tfplug_fuzz::{
    garden::{Bed, BedIdentity},
    types,
};

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).ok_or_else(|| io::Error::other("it takes a folder to write into"))?;
    let folder = Path::new(&folder);
    write(folder, "msgpack", msgpack())?;
    write(folder, "json", json())?;
    write(folder, "types", types().iter().map(Type::to_json_bytes).collect())?;
    write(folder, "numbers", numbers())?;
    write(folder, "unknowns", msgpack())?;
    write(folder, "models", beds().iter().map(|bed| sent(bed).msgpack.to_vec()).collect())?;
    write(folder, "stored", stored())?;
    // What is read of these has no form that a host would send.
    write(folder, "states", vec![Vec::new(), (0..=255).collect(), vec![1; 512]])?;
    write(folder, "requests", requests())?;
    write(folder, "handshake", handshake())?;
    write(folder, "coremock", coremock())
}

fn write(folder: &Path, target: &str, seeds: Vec<Vec<u8>>) -> io::Result<()> {
    let folder = folder.join(target);
    fs::create_dir_all(&folder)?;
    for (position, seed) in seeds.iter().enumerate() {
        fs::write(folder.join(format!("seed-{position}")), seed)?;
    }
    Ok(())
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().expect("a number"))
}

const NUMBERS: [&str; 9] = [
    "0",
    "-7",
    "9223372036854775808",
    "0.1",
    "0.5",
    "1e30",
    "-12345678901234567890.000000000000000001",
    "Infinity",
    "1e-300",
];

/// Some values of a type, of which the last has unknown parts.
fn values(ty: &Type) -> Vec<Value> {
    match ty {
        Type::Bool => vec![true.into(), Value::Null, Value::UNKNOWN],
        Type::Number => NUMBERS.iter().map(|text| number(text)).chain([refined()]).collect(),
        Type::String => vec!["".into(), "a".into(), "zwölf Größen".into(), refined()],
        Type::List(ty) => vec![Value::List(Vec::new()), Value::List(values(ty))],
        Type::Set(ty) => vec![Value::Set(Vec::new()), Value::set(values(ty))],
        Type::Tuple(types) => vec![Value::Tuple(types.iter().filter_map(|ty| values(ty).pop()).collect())],
        Type::Map(ty) => {
            let keys = ["", "a", "b", "c"].map(str::to_owned);
            vec![Value::Map(keys.into_iter().zip(values(ty)).collect())]
        }
        Type::Object(types) => [0, 1, 2]
            .map(|position| {
                Value::object(types.iter().map(|(name, ty)| {
                    let mut values = values(ty);
                    let position = position % values.len();
                    (name, values.swap_remove(position))
                }))
            })
            .into(),
        Type::Dynamic => {
            [Type::Bool, Type::String, Type::list(Type::Number), Type::Tuple(vec![Type::Bool, Type::Dynamic])]
                .into_iter()
                .flat_map(|ty| values_without_dynamic(&ty).into_iter().map(move |value| (ty.clone(), value)))
                .map(|typed| Value::Dynamic(Box::new(typed)))
                .collect()
        }
    }
}

fn values_without_dynamic(ty: &Type) -> Vec<Value> {
    match ty {
        Type::Tuple(types) => vec![Value::Tuple(types.iter().map(|_| Value::Null).collect())],
        ty => values(ty),
    }
}

fn refined() -> Value {
    let refinement = Refinement {
        null: Some(false),
        string_prefix: Some("ab".to_owned()),
        number_min: Some((Number::from(1_i64), true)),
        number_max: Some(("9.5".parse().expect("a number"), false)),
        length_min: Some(1),
        length_max: Some(4),
    };
    Value::Unknown(refinement.into())
}

/// Each value with the choice of its type before it.
fn each_value() -> impl Iterator<Item = (u8, Type, Value)> {
    (0..).zip(types()).flat_map(|(choice, ty)| values(&ty).into_iter().map(move |value| (choice, ty.clone(), value)))
}

fn msgpack() -> Vec<Vec<u8>> {
    let seed = |(choice, ty, value)| Some([vec![choice], encode(&value, &ty).ok()?].concat());
    each_value().filter_map(seed).collect()
}

fn json() -> Vec<Vec<u8>> {
    let seed = |(choice, _, value)| Some([vec![choice], to_json(&value)?.to_string().into_bytes()].concat());
    each_value().filter_map(seed).collect()
}

/// Two texts, as `arbitrary` takes them: the length of the first is at the end.
fn numbers() -> Vec<Vec<u8>> {
    let pairs = NUMBERS.iter().zip(NUMBERS.iter().cycle().skip(1));
    pairs
        .map(|(one, other)| [one.as_bytes(), other.as_bytes(), &[u8::try_from(one.len()).unwrap_or(0)]].concat())
        .collect()
}

fn configured() -> Json {
    json!({
        "name": "herbs", "size": 2, "price": 12.5, "password": "secret", "note": null,
        "plants": [{"kind": "thyme"}, {"kind": "mint", "count": 3}], "rows": {"a": {"length": 1}},
        "beside": ["path", null], "label": {"type": "string", "value": "a"}, "soil": "black-earth",
        "step": [{"title": "dig"}], "fence": {"height": 1}, "timeouts": {"create": "1h"},
    })
}

fn beds() -> Vec<Value> {
    let ty = Bed::schema().ty();
    let smallest = from_json(&json!({"name": "herbs", "step": []}), &ty).expect("a bed");
    let mut created = from_json(&configured(), &ty).expect("a bed");
    let configured = created.clone();
    if let Value::Object(attributes) = &mut created {
        for (name, value) in
            [("id", "bed".into()), ("sunny", true.into()), ("note", "fresh".into()), ("password", Value::Null)]
        {
            attributes.insert(name.to_owned(), value);
        }
    }
    let mut proposed = configured.clone();
    if let Value::Object(attributes) = &mut proposed {
        attributes.insert("id".to_owned(), Value::UNKNOWN);
        attributes.insert("label".to_owned(), Value::UNKNOWN);
    }
    vec![configured, created, proposed, smallest, Value::Null]
}

fn sent(value: &Value) -> DynamicValue {
    let msgpack = encode(value, &Bed::schema().ty()).expect("a bed");
    DynamicValue { msgpack: msgpack.into(), json: Default::default() }
}

fn stored() -> Vec<Vec<u8>> {
    let old = json!({"name": "herbs", "size": "3"}).to_string();
    let identity = json!({"name": "herbs", "garden": null}).to_string();
    [(0, old), (1, identity), (2, configured().to_string()), (2, "null".to_owned())]
        .map(|(version, text)| [vec![version], text.into_bytes()].concat())
        .into()
}

/// A request after the number by which the target knows its call.
fn seed(call: u8, request: &impl Message) -> Vec<u8> {
    [vec![call], request.encode_to_vec()].concat()
}

fn requests() -> Vec<Vec<u8>> {
    let beds = beds();
    let [config, state, proposed, smallest, none] = &beds[..] else { unreachable!("there are five") };
    let bed = || "garden_bed".to_owned();
    let some = |value: &Value| Some(sent(value));
    let identity = || {
        let ty = BedIdentity::identity_schema().expect("it has one").ty();
        let value = Value::object([("name", "herbs".into()), ("garden", "home".into())]);
        let msgpack = encode(&value, &ty).expect("an identity").into();
        Some(ResourceIdentityData { identity_data: Some(DynamicValue { msgpack, json: Default::default() }) })
    };
    let text = |value: Json| Some(DynamicValue { msgpack: Default::default(), json: value.to_string().into() });
    let raw = |value: Json| Some(RawState { json: value.to_string().into(), ..RawState::default() });
    let mut seeds = vec![
        seed(0, &proto::validate_provider_config::Request { config: text(json!({"climate": "mild"})) }),
        seed(2, &proto::upgrade_resource_state::Request { type_name: bed(), version: 2, raw_state: raw(configured()) }),
        seed(
            3,
            &proto::upgrade_resource_identity::Request {
                type_name: bed(),
                version: 1,
                raw_identity: raw(json!({"name": "a"})),
            },
        ),
        seed(
            4,
            &proto::read_resource::Request {
                type_name: bed(),
                current_state: some(state),
                current_identity: identity(),
                ..Default::default()
            },
        ),
        seed(
            7,
            &proto::import_resource_state::Request { type_name: bed(), id: "herbs".to_owned(), ..Default::default() },
        ),
        seed(
            7,
            &proto::import_resource_state::Request { type_name: bed(), identity: identity(), ..Default::default() },
        ),
        seed(
            8,
            &proto::move_resource_state::Request {
                source_type_name: "garden_plot".to_owned(),
                source_state: raw(json!({"name": "herbs", "size": "3"})),
                target_type_name: bed(),
                ..Default::default()
            },
        ),
        seed(
            12,
            &proto::open_ephemeral_resource::Request {
                type_name: "garden_key".to_owned(),
                config: text(json!({"bed": "herbs"})),
                ..Default::default()
            },
        ),
        seed(
            13,
            &proto::close_ephemeral_resource::Request {
                type_name: "garden_key".to_owned(),
                private: Some(br#"{"bed":"herbs"}"#.to_vec().into()),
            },
        ),
        seed(
            14,
            &proto::call_function::Request {
                name: "join".to_owned(),
                arguments: [", ", "a", "b"].map(|it| text(json!(it)).expect("a text")).into(),
            },
        ),
        seed(
            15,
            &proto::plan_action::Request {
                action_type: "garden_water".to_owned(),
                config: text(json!({"beds": ["a"]})),
                ..Default::default()
            },
        ),
        seed(
            16,
            &proto::invoke_action::Request {
                action_type: "garden_water".to_owned(),
                config: text(json!({"beds": ["a", "b"]})),
                ..Default::default()
            },
        ),
        seed(
            17,
            &proto::list_resource::Request {
                type_name: bed(),
                config: text(json!({"first": "a"})),
                include_resource_object: true,
                limit: 1,
            },
        ),
        seed(
            18,
            &proto::configure_provider::Request { config: text(json!({"climate": "mild"})), ..Default::default() },
        ),
    ];
    for config in [config, smallest] {
        seeds.push(seed(
            1,
            &proto::validate_resource_config::Request { type_name: bed(), config: some(config), ..Default::default() },
        ));
        seeds.push(seed(10, &proto::validate_data_resource_config::Request { type_name: bed(), config: some(config) }));
        seeds.push(seed(
            11,
            &proto::read_data_source::Request { type_name: bed(), config: some(config), ..Default::default() },
        ));
        seeds.push(seed(9, &proto::generate_resource_config::Request { type_name: bed(), state: some(state) }));
    }
    for (prior, proposed, config) in
        [(none, proposed, config), (state, proposed, config), (state, smallest, smallest), (state, none, none)]
    {
        seeds.push(seed(
            5,
            &proto::plan_resource_change::Request {
                type_name: bed(),
                prior_state: some(prior),
                proposed_new_state: some(proposed),
                config: some(config),
                prior_identity: identity(),
                ..Default::default()
            },
        ));
        seeds.push(seed(
            6,
            &proto::apply_resource_change::Request {
                type_name: bed(),
                prior_state: some(prior),
                planned_state: some(proposed),
                config: some(config),
                ..Default::default()
            },
        ));
    }
    seeds
}

fn handshake() -> Vec<Vec<u8>> {
    let key = rcgen::KeyPair::generate().expect("a key");
    let parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    let certificate = parameters.self_signed(&key).expect("a certificate").pem().replace('\n', ";");
    // The first character, modulo the number of variables, says which one it is: `P` is the first.
    vec![
        format!("P5,6\nQ{certificate}\nR/run/host\nSstaff\nTtrue").into_bytes(),
        b"P6".to_vec(),
        b"Qno certificate".to_vec(),
    ]
}

fn coremock() -> Vec<Vec<u8>> {
    let optional = |ty: &str| json!({"type": ty, "optional": true});
    let part = json!({"a": optional("float")});
    let object = json!({"type": "object", "object": {"a": optional("boolean")}});
    let described = json!({
        "tfcoremock_thing": {
            "attributes": {
                "text": {"type": "string", "required": true, "replace": true},
                "number": {"type": "number", "optional": true, "computed": true, "value": {"number": "1"}},
                "list": {"type": "list", "optional": true, "list": object},
                "map": {"type": "map", "optional": true, "map": {"type": "integer"}},
                "object": {"type": "object", "optional": true, "skip_nested_metadata": true, "object": part},
            },
            "blocks": {"part": {"mode": "set", "attributes": {"a": optional("string")}}},
        },
    });
    vec![described.to_string().into_bytes(), b"{}".to_vec()]
}
