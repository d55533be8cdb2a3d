//! Who may use an application group, and the messages about it.

use serde_json::{Value, json};

use super::{
    super::{
        errors::{Error, code},
        neighbours::people,
        request::Request,
    },
    find::{all, find},
};
use crate::{
    call::Moment,
    world::{AppGroupAuthorization, MailRecord, World},
};

/// POST `app-groups/authorizations`: all accounts for all groups. Who is authorized already stays so, and who cannot be
/// anybody is passed over in silence, as the vendor's Terraform provider has it of the service.
pub(crate) fn add(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    for group_id in request.texts("app_group_ids") {
        let (_, group) = find(world, request, group_id)?;
        let given = request.list("accounts").iter().map(|account| authorization(world, request, account, moment));
        let new: Vec<_> = given
            .zip(request.list("accounts"))
            .filter(|(new, _)| can_be_somebody(world, request, new))
            .filter(|(new, _)| !group.authorizations.values().any(|old| same(old, new)))
            .collect();
        for (authorization, account) in new {
            let (id, mail_id) = (world.random().uuid().to_string(), world.random().uuid().to_string());
            let mail = mail(world, request, (mail_id, "ADD_GROUP_AUTHORIZATION"), account, moment);
            if let Some(group) = world.huawei.app_groups.get_mut(group_id) {
                group.authorizations.insert(id, authorization);
                group.mails.extend(mail);
            }
        }
    }
    Ok(Value::Null)
}

/// POST `app-groups/actions/batch-delete-authorization`: who is not authorized already is left alone.
pub(crate) fn remove(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    for group_id in request.texts("app_group_ids") {
        find(world, request, group_id)?;
        for account in request.list("accounts") {
            let gone = authorization(world, request, account, moment);
            let mail_id = world.random().uuid().to_string();
            let mail = mail(world, request, (mail_id, "DEL_GROUP_AUTHORIZATION"), account, moment);
            if let Some(group) = world.huawei.app_groups.get_mut(group_id) {
                let before = group.authorizations.len();
                group.authorizations.retain(|_, old| !same(old, &gone));
                if group.authorizations.len() < before {
                    group.mails.extend(mail);
                }
            }
        }
    }
    Ok(Value::Null)
}

/// GET `app-groups/actions/list-authorizations`.
pub(crate) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let groups = all(world, request).filter(|(id, _)| request.wants("app_group_id", id));
    let rows = groups.flat_map(|(group_id, group)| {
        let rows = group.authorizations.iter().map(move |(id, row)| (group_id, group, id, row));
        rows.filter(|(.., row)| {
            request.wants("account_id", row.account_id.as_deref().unwrap_or_default())
                && request.wants_part("account", &row.account)
                && request.wants("account_type", &row.account_type)
        })
    });
    let (count, rows) = request.window(rows);
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|(group_id, group, id, row)| {
            json!({
                "id": id,
                "account": row.account,
                "account_id": row.account_id,
                "account_type": row.account_type,
                "app_group_id": group_id,
                "app_group_name": group.name,
                "authorization_type": group.authorization_type,
                "domain": row.domain,
                "platform_type": row.platform_type,
                "create_at": row.created_at,
            })
        })
        .collect();
    Ok(json!({ "count": count, "authorizations": rows }))
}

/// GET `mails`.
pub(crate) fn list_mails(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (group_id, group) = find(world, request, request.query_text("app_group_id").unwrap_or_default())?;
    let wanted = group.mails.iter().filter(|mail| {
        request.wants_part("account", &mail.address)
            && request.wants("mail_send_type", &mail.kind)
            && request.wants("mail_send_result", "SUCCESS")
    });
    let (count, mails) = request.window(wanted);
    let records: Vec<Value> = mails
        .into_iter()
        .map(|mail| {
            json!({
                "id": mail.id,
                "account": mail.address,
                "account_auth_name": mail.account,
                "account_auth_type": mail.account_type,
                "app_group_id": group_id,
                "app_group_name": group.name,
                "mail_send_type": mail.kind,
                "mail_send_result": "SUCCESS",
                "send_at": mail.sent_at,
            })
        })
        .collect();
    Ok(json!({ "count": count, "records": records }))
}

/// POST `mails/actions/send`: the same messages once more.
pub(crate) fn send_again(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    for record in request.list("records") {
        let id = record["id"].as_str().unwrap_or_default();
        let mut mails = all(world, request)
            .flat_map(|(group_id, group)| group.mails.iter().map(move |mail| (group_id.to_owned(), mail.clone())));
        let (group_id, mail) = mails.find(|(_, mail)| mail.id == id).ok_or_else(|| unknown("message", id))?;
        drop(mails);
        send(world, &group_id, mail, moment);
    }
    Ok(Value::Null)
}

/// POST `mails/actions/send-by-authorization`: what was last sent about it once more, where that was anything.
pub(crate) fn send_by_authorization(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    for id in request.texts("records") {
        let mut groups = all(world, request);
        let found = groups.find_map(|(group_id, group)| {
            let held = group.authorizations.get(id)?;
            let about = |mail: &&MailRecord| mail.account == held.account && mail.account_type == held.account_type;
            Some((group_id.to_owned(), group.mails.iter().rev().find(about).cloned()))
        });
        drop(groups);
        let (group_id, mail) = found.ok_or_else(|| unknown("authorization", id))?;
        if let Some(mail) = mail {
            send(world, &group_id, mail, moment);
        }
    }
    Ok(Value::Null)
}

fn send(world: &mut World, group_id: &str, mail: MailRecord, moment: Moment) {
    let again = MailRecord { id: world.random().uuid().to_string(), sent_at: moment.now, ..mail };
    if let Some(group) = world.huawei.app_groups.get_mut(group_id) {
        group.mails.push(again);
    }
}

fn unknown(what: &str, id: &str) -> Error {
    Error::of(404, code::MAIL_NOT_FOUND, format!("The {what} is not found, the id is '{id}'."))
}

fn authorization(world: &World, request: &Request, account: &Value, moment: Moment) -> AppGroupAuthorization {
    let text = |name: &str| account[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let (name, account_type) = (text("account").unwrap_or_default(), text("account_type").unwrap_or_default());
    let known = || people::id_of(world, request, &account_type, &name);
    AppGroupAuthorization {
        account_id: text("id").or_else(known),
        account: name,
        account_type,
        domain: text("domain"),
        platform_type: text("platform_type"),
        created_at: moment.now,
    }
}

/// Whether an account may exist: Workspace knows it, or it comes from a directory that the emulator does not see, or
/// nobody has told the emulator of anybody.
fn can_be_somebody(world: &World, request: &Request, account: &AppGroupAuthorization) -> bool {
    let is_elsewhere = account.domain.is_some() || account.platform_type.as_deref() == Some("AD");
    account.account_id.is_some() || is_elsewhere || !people::are_known(world, request, &account.account_type)
}

/// One account: the same name of the same type.
fn same(one: &AppGroupAuthorization, other: &AppGroupAuthorization) -> bool {
    one.account == other.account && one.account_type == other.account_type
}

/// A message, where the account has an address: the one that is given, or that of a user whom Workspace knows.
fn mail(
    world: &World,
    request: &Request,
    (id, kind): (String, &str),
    account: &Value,
    moment: Moment,
) -> Option<MailRecord> {
    let text = |name: &str| account[name].as_str().unwrap_or_default().to_owned();
    let (account, account_type) = (text("account"), text("account_type"));
    let known = || people::address_of(world, request, &account).filter(|_| account_type == "USER");
    let address = Some(text("email")).filter(|address| !address.is_empty()).or_else(known)?;
    Some(MailRecord { id, address, account, account_type, kind: kind.to_owned(), sent_at: moment.now })
}
