//! IAM, as far as clients of Workspace need it: `POST /v3/auth/tokens`, `GET /v3/auth/domains`, `GET /v3/projects` and,
//! for the temporary keys of an agency, `POST /v3.0/OS-CREDENTIAL/securitytokens`.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    errors::{Error, answer},
    signature,
};
use crate::{
    call::{Action, Answer, Arrival, Call, Cloud, Gateway},
    keys::Keys,
    world::{Project, World},
};

/// The names of the operations.
pub(super) const OPERATIONS: [&str; 4] =
    ["KeystoneCreateToken", "KeystoneListAuthDomains", "KeystoneListProjects", "CreateTemporaryAccessKeyByAgency"];

/// The actions that a caller of one of them must be allowed; `None` where they are not known. A token is had for a
/// password, whatever its user may do.
pub(super) fn permissions(operation: &str) -> Option<Vec<String>> {
    match operation {
        "KeystoneCreateToken" => Some(Vec::new()),
        "KeystoneListProjects" => Some(vec!["iam:projects:listProjects".to_owned()]),
        _ => None,
    }
}

/// Whether a request is for IAM.
pub(super) fn recognises(path: &str) -> bool {
    path.starts_with("/v3/") || path.starts_with("/v3.0/")
}

/// Understands and answers a request to IAM. Nothing here changes the world.
pub(super) fn understand(arrival: &Arrival, gateway: &mut Gateway<'_>, request_id: String) -> Call {
    let (world, wall, now) = (gateway.world, gateway.wall, gateway.now);
    let caller = signature::named_sender(arrival, gateway.keys, now);
    let (operation, parameters, result) = match (arrival.method.as_str(), arrival.path.as_str()) {
        ("POST", "/v3/auth/tokens") => {
            let body: Value = serde_json::from_slice(&arrival.body).unwrap_or(Value::Null);
            let parameters = without_secrets(&body);
            ("KeystoneCreateToken", parameters, create_token(&body, gateway, &request_id))
        }
        ("GET", "/v3/auth/domains") => {
            let name = gateway.keys.domain_name.clone();
            let result =
                signature::verify(arrival, gateway.keys, wall, now).map(|_| list_domains(world, &name, &request_id));
            ("KeystoneListAuthDomains", json!({}), result)
        }
        ("GET", "/v3/projects") => {
            let name = arrival.query_pairs().into_iter().find(|(name, _)| name == "name").map(|(_, value)| value);
            let parameters = name.as_ref().map_or_else(|| json!({}), |name| json!({ "name": name }));
            let result = signature::verify(arrival, gateway.keys, wall, now)
                .map(|_| list_projects(world, name.as_deref(), &request_id));
            ("KeystoneListProjects", parameters, result)
        }
        ("POST", "/v3.0/OS-CREDENTIAL/securitytokens") => {
            let body: Value = serde_json::from_slice(&arrival.body).unwrap_or(Value::Null);
            let identity = &body["auth"]["identity"];
            let parameters = json!({ "methods": identity["methods"], "assume_role": identity["assume_role"] });
            let result = signature::verify(arrival, gateway.keys, wall, now)
                .and_then(|_| assume_agency(identity, gateway, &request_id));
            ("CreateTemporaryAccessKeyByAgency", parameters, result)
        }
        _ => ("unknown", json!({}), Err(Error::unknown_api())),
    };
    let result = result.unwrap_or_else(|error| error.answer(&request_id));
    Call {
        cloud: Cloud::Huawei,
        operation: operation.to_owned(),
        caller,
        parameters,
        not_understood: Vec::new(),
        action: if result.status < 300 { Ok(Action::Read(Box::new(move |_, _| result))) } else { Err(result) },
        request_id,
    }
}

/// The accounts that the caller can act in: the one that there is.
fn list_domains(world: &World, name: &str, request_id: &str) -> Answer {
    let id = world.huawei.projects.first().map_or("", |project| project.domain_id.as_str());
    let domain = json!({ "id": id, "name": name, "description": "", "enabled": true, "links": {} });
    answer(200, Some(json!({ "domains": [domain], "links": {} })), request_id, None)
}

fn list_projects(world: &World, name: Option<&str>, request_id: &str) -> Answer {
    let projects: Vec<Value> = world
        .huawei
        .projects
        .iter()
        .filter(|project| name.is_none_or(|name| project.name == name))
        .map(|project| {
            json!({
                "id": project.id,
                "name": project.name,
                "domain_id": project.domain_id,
                "parent_id": project.domain_id,
                "description": "",
                "enabled": true,
                "is_domain": false,
                "links": {},
            })
        })
        .collect();
    answer(200, Some(json!({ "projects": projects, "links": {} })), request_id, None)
}

/// A token by password or by another token; the scope is a project by id or name, or the account.
fn create_token(body: &Value, gateway: &mut Gateway<'_>, request_id: &str) -> Result<Answer, Error> {
    let (world, now) = (gateway.world, gateway.now);
    let keys = &mut *gateway.keys;
    let malformed = |what: &str| Error::iam(400, "Bad Request", &format!("Expecting to find {what} in auth."));
    let refused = || Error::iam(401, "Unauthorized", "The username or password is wrong.");
    let identity = &body["auth"]["identity"];
    let method = identity["methods"][0].as_str().ok_or_else(|| malformed("identity.methods"))?;
    let user_name = match method {
        "password" => {
            let user = &identity["password"]["user"];
            let name = user["name"].as_str().ok_or_else(|| malformed("identity.password.user.name"))?;
            let domain = user["domain"]["name"].as_str().or(user["domain"]["id"].as_str());
            let domain = domain.ok_or_else(|| malformed("identity.password.user.domain"))?;
            let password = user["password"].as_str().ok_or_else(|| malformed("identity.password.user.password"))?;
            if name != keys.user_name || !is_known_domain(domain, keys, world) || password != keys.password {
                return Err(refused());
            }
            name.to_owned()
        }
        "token" => {
            let text = identity["token"]["id"].as_str().ok_or_else(|| malformed("identity.token.id"))?;
            keys.token(text, now).ok_or_else(refused)?.user_name.clone()
        }
        _ => return Err(malformed("a supported method")),
    };
    let project = scope(body, world)?;
    let (text, token) = keys.issue_token(&user_name, project.map(|project| project.id.clone()), now, gateway.random);
    let domain_id = world.huawei.projects.first().map_or("", |project| project.domain_id.as_str());
    let domain = json!({ "id": domain_id, "name": keys.domain_name });
    let mut described = json!({
        "expires_at": time(token.expires_at),
        "issued_at": time(now),
        "methods": [method],
        "catalog": [],
        "roles": [{ "id": "0", "name": "te_admin" }],
        "user": { "id": "e0000000000000000000000000000001", "name": user_name, "domain": domain },
    });
    match project {
        Some(project) => {
            described["project"] = json!({ "id": project.id, "name": project.name, "domain": domain });
        }
        None => described["domain"] = domain,
    }
    let mut created = answer(201, Some(json!({ "token": described })), request_id, None);
    created.headers.push(("x-subject-token", text));
    Ok(created)
}

/// Temporary keys of an agency, which an account gives to others.
fn assume_agency(identity: &Value, gateway: &mut Gateway<'_>, request_id: &str) -> Result<Answer, Error> {
    let (world, now) = (gateway.world, gateway.now);
    let keys = &mut *gateway.keys;
    const SECONDS: std::ops::RangeInclusive<u64> = 900..=86_400;
    let malformed = |what: &str| Error::iam(400, "Bad Request", &format!("Expecting to find {what} in auth."));
    if identity["methods"] != json!(["assume_role"]) {
        return Err(malformed("identity.methods: assume_role"));
    }
    let role = &identity["assume_role"];
    let agency = role["agency_name"].as_str().ok_or_else(|| malformed("identity.assume_role.agency_name"))?;
    let domain = role["domain_name"].as_str().or(role["domain_id"].as_str());
    let domain = domain.ok_or_else(|| malformed("identity.assume_role.domain_name"))?;
    let seconds = match &role["duration_seconds"] {
        Value::Null => *SECONDS.start(),
        given => given
            .as_u64()
            .filter(|seconds| SECONDS.contains(seconds))
            .ok_or_else(|| malformed("identity.assume_role.duration_seconds from 900 to 86400"))?,
    };
    if agency != keys.agency_name || !is_known_domain(domain, keys, world) {
        return Err(Error::iam(403, "Forbidden", "The agency does not exist, or is not for this account."));
    }
    let pair = keys.issue_pair(seconds, now, gateway.random);
    let credential = json!({
        "access": pair.access_key,
        "secret": pair.secret_key,
        "securitytoken": pair.security_token,
        "expires_at": pair.expires_at.map(time),
    });
    Ok(answer(201, Some(json!({ "credential": credential })), request_id, None))
}

/// Whether the account has this name or id.
fn is_known_domain(domain: &str, keys: &Keys, world: &World) -> bool {
    domain == keys.domain_name || world.huawei.projects.iter().any(|project| project.domain_id == domain)
}

/// The project that a token shall be for; none means the whole account.
fn scope<'w>(body: &Value, world: &'w World) -> Result<Option<&'w Project>, Error> {
    let wanted = &body["auth"]["scope"]["project"];
    let (id, name) = (wanted["id"].as_str(), wanted["name"].as_str());
    if id.is_none() && name.is_none() {
        return Ok(None);
    }
    let fits =
        |project: &&Project| id.is_none_or(|id| project.id == id) && name.is_none_or(|name| project.name == name);
    let found = world.huawei.projects.iter().find(fits);
    found.map(Some).ok_or_else(|| Error::iam(401, "Unauthorized", "The project is not found."))
}

fn time(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// The body as the record of calls may show it.
fn without_secrets(body: &Value) -> Value {
    let identity = &body["auth"]["identity"];
    json!({
        "methods": identity["methods"],
        "user": identity["password"]["user"]["name"],
        "domain": identity["password"]["user"]["domain"],
        "scope": body["auth"]["scope"],
    })
}
