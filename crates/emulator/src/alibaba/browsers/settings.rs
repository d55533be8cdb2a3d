//! What is set of a browser: how it starts, what it opens, and what people may do with it.

use serde_json::Value;
use url::Url;

use super::super::{errors::Error, request::arguments::Arguments};
use crate::{
    random::Random,
    world::{AccessRule, Bookmark, Browser, Timer},
};

/// Minutes that a session outlives its disconnection where nothing is said.
const SESSION_TIMEOUT: i64 = 15;

/// Takes what is given into `browser`; new bookmarks and addresses get ids.
pub(super) fn apply(browser: &mut Browser, arguments: &Arguments<'_>, random: &mut Random) -> Result<(), Error> {
    let whole = |name: &str| arguments.value(name).unwrap_or(&Value::Null);
    apply_config(browser, whole("BrowserConfig"), random)?;
    apply_network(browser, whole("Network"), random)?;
    apply_policy(browser, whole("Policy"))?;
    if let Some(timers) = whole("Timers").as_array() {
        browser.timers = timers.iter().map(timer).collect();
    }
    if let Some(notices) = arguments.boolean("AuthNotificationEnabled") {
        browser.authorization_notices = notices;
    }
    if let Some(amount) = arguments.integer("MaxAmount") {
        browser.max_amount = Some(amount).filter(|amount| *amount > 0);
        browser.max_amount.ok_or_else(|| Error::invalid("MaxAmount"))?;
    }
    Ok(())
}

/// Minutes that a session outlives its disconnection.
pub(super) fn session_timeout(browser: &Browser) -> i64 {
    let timer = browser.timers.iter().find(|timer| timer.timer_type == "SESSION_TIMEOUT");
    timer.map_or(SESSION_TIMEOUT, |timer| timer.interval)
}

fn apply_config(browser: &mut Browser, given: &Value, random: &mut Random) -> Result<(), Error> {
    if let Some(homepage) = given["Homepage"].as_str() {
        Url::parse(homepage).map_err(|_| Error::invalid("BrowserConfig.Homepage"))?;
        browser.homepage = Some(homepage.to_owned());
    }
    if let Some(parameters) = given["BrowserParam"].as_str() {
        browser.browser_param = Some(parameters.to_owned());
    }
    if let Some(sync) = given["CookiesSync"].as_bool() {
        browser.cookies_sync = sync;
    }
    let bookmarks = rows(given, "Bookmarks");
    if !bookmarks.is_empty() && given["BookmarksFilePath"].as_str().is_some_and(|path| !path.is_empty()) {
        return Err(Error::invalid("BrowserConfig.BookmarksFilePath"));
    }
    for id in rows(given, "RemoveBookmarks").iter().filter_map(Value::as_str) {
        browser.bookmarks.remove(id).ok_or_else(|| Error::invalid("BrowserConfig.RemoveBookmarks"))?;
    }
    for row in bookmarks {
        let text = |name: &str| row[name].as_str().map(str::trim).filter(|text| !text.is_empty());
        let wrong = |name: &str| Error::invalid(&format!("BrowserConfig.Bookmarks.{name}"));
        let bookmark = Bookmark {
            name: text("BookmarkName").ok_or_else(|| wrong("BookmarkName"))?.to_owned(),
            url: text("BookmarkURL").ok_or_else(|| wrong("BookmarkURL"))?.to_owned(),
            folder: text("BookmarkFolder").map(str::to_owned),
        };
        let id = id_of(row["BookmarkId"].as_str(), |id| browser.bookmarks.contains_key(id), "bm-", random);
        let id = id.ok_or_else(|| wrong("BookmarkId"))?;
        if browser.bookmarks.iter().any(|(known, other)| *known != id && other.url == bookmark.url) {
            return Err(wrong("BookmarkURL"));
        }
        browser.bookmarks.insert(id, bookmark);
    }
    Ok(())
}

fn apply_network(browser: &mut Browser, given: &Value, random: &mut Random) -> Result<(), Error> {
    if let Some(restriction) = given["AccessRestriction"].as_str() {
        restriction.clone_into(&mut browser.access_restriction);
    }
    let switches = rows(given, "VSwitchIds");
    if !switches.is_empty() {
        browser.v_switch_ids = switches.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    let urls = rows(given, "RestrictedURLs");
    if !urls.is_empty() && given["RestrictedURLsFilePath"].as_str().is_some_and(|path| !path.is_empty()) {
        return Err(Error::invalid("Network.RestrictedURLsFilePath"));
    }
    for id in rows(given, "RemoveRestrictedURLIds").iter().filter_map(Value::as_str) {
        browser.restricted_urls.remove(id).ok_or_else(|| Error::invalid("Network.RemoveRestrictedURLIds"))?;
    }
    for row in urls {
        let wrong = |name: &str| Error::invalid(&format!("Network.RestrictedURLs.{name}"));
        let url = row["URL"].as_str().filter(|url| !url.is_empty()).ok_or_else(|| wrong("URL"))?;
        let known = |id: &str| browser.restricted_urls.contains_key(id);
        let id =
            id_of(row["RestrictedURLId"].as_str(), known, "ru-", random).ok_or_else(|| wrong("RestrictedURLId"))?;
        if browser.restricted_urls.iter().any(|(known, other)| *known != id && other == url) {
            return Err(wrong("URL"));
        }
        browser.restricted_urls.insert(id, url.to_owned());
    }
    Ok(())
}

fn apply_policy(browser: &mut Browser, given: &Value) -> Result<(), Error> {
    for rule in rows(given, "RevokeAccessPolicyRules") {
        browser.access_rules.retain(|known| Some(known.cidr.as_str()) != rule["CidrIp"].as_str());
    }
    for rule in rows(given, "AuthorizeAccessPolicyRules") {
        let cidr = rule["CidrIp"].as_str().filter(|cidr| !cidr.is_empty());
        let cidr = cidr.ok_or_else(|| Error::invalid("Policy.AuthorizeAccessPolicyRules.CidrIp"))?;
        let description = rule["Description"].as_str().unwrap_or_default().to_owned();
        browser.access_rules.retain(|known| known.cidr != cidr);
        browser.access_rules.push(AccessRule { cidr: cidr.to_owned(), description });
    }
    let policies = given.as_object().into_iter().flatten();
    let rules = ["AuthorizeAccessPolicyRules", "RevokeAccessPolicyRules", "PolicyId"];
    for (name, value) in policies.filter(|(name, _)| !rules.contains(&name.as_str())) {
        match (browser.policy.get_mut(name), value) {
            // What stands beside it in such a policy stays.
            (Some(Value::Object(known)), Value::Object(given)) => known.extend(given.clone()),
            _ => {
                browser.policy.insert(name.clone(), value.clone());
            }
        }
    }
    let disconnects = browser.policy.get("NoOperationDisconnect").and_then(Value::as_str);
    let after = browser.policy.get("NoOperationDisconnectTime").and_then(Value::as_i64);
    if disconnects.is_some_and(|switch| switch.eq_ignore_ascii_case("on")) && after.unwrap_or(0) <= 0 {
        return Err(Error::invalid("Policy.NoOperationDisconnectTime"));
    }
    Ok(())
}

/// The id that is given, which must be known, or a new one; `None` where it is not known.
fn id_of(given: Option<&str>, is_known: impl Fn(&str) -> bool, prefix: &str, random: &mut Random) -> Option<String> {
    match given.filter(|id| !id.is_empty()) {
        Some(id) => is_known(id).then(|| id.to_owned()),
        None => Some(random.id(prefix, 12)),
    }
}

fn timer(given: &Value) -> Timer {
    Timer {
        timer_type: given["TimerType"].as_str().unwrap_or_default().to_owned(),
        interval: given["Interval"].as_i64().unwrap_or(SESSION_TIMEOUT),
    }
}

fn rows<'v>(given: &'v Value, name: &str) -> &'v [Value] {
    given[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    fn applied(browser: &Browser, given: Value) -> Result<Browser, Error> {
        let values: Map<String, Value> = given.as_object().unwrap().clone();
        let mut browser = browser.clone();
        apply(&mut browser, &Arguments::new(&values), &mut Random::from_seed(1)).map(|()| browser)
    }

    fn bookmark(name: &str, url: &str) -> Value {
        json!({ "BookmarkName": name, "BookmarkURL": url })
    }

    #[test]
    fn bookmarks_are_added_changed_by_id_and_removed() {
        let two = [bookmark("A", "https://a.test"), bookmark("B", "https://b.test")];
        let first = json!({ "BrowserConfig": { "Bookmarks": two } });
        let browser = applied(&Browser::default(), first).unwrap();
        let (id, _) = browser.bookmarks.iter().find(|(_, bookmark)| bookmark.name == "A").unwrap();
        let mut changed = bookmark("C", "https://c.test");
        changed["BookmarkId"] = id.as_str().into();
        let browser = applied(&browser, json!({ "BrowserConfig": { "Bookmarks": [changed] } })).unwrap();
        let (other, _) = browser.bookmarks.iter().find(|(known, _)| *known != id).unwrap();
        let browser = applied(&browser, json!({ "BrowserConfig": { "RemoveBookmarks": [other] } })).unwrap();
        assert_eq!(browser.bookmarks.values().map(|bookmark| bookmark.name.as_str()).collect::<Vec<_>>(), ["C"]);
    }

    #[test]
    fn an_address_stands_once_and_an_id_must_be_known() {
        let two = [bookmark("A", "https://a.test"), bookmark("B", "https://a.test")];
        let twice = json!({ "BrowserConfig": { "Bookmarks": two } });
        let code = |given| applied(&Browser::default(), given).unwrap_err().code;
        assert_eq!(code(twice), "InvalidParameter.BrowserConfig.Bookmarks.BookmarkURL");
        let unknown = json!({ "Network": { "RestrictedURLs": [{ "URL": "a.test", "RestrictedURLId": "ru-none" }] } });
        assert_eq!(code(unknown), "InvalidParameter.Network.RestrictedURLs.RestrictedURLId");
    }

    #[test]
    fn a_policy_keeps_what_a_change_does_not_name() {
        let first = json!({ "Policy": { "FileManager": "on", "ClipboardPolicy": { "Clipboard": "off" } } });
        let browser = applied(&Browser::default(), first).unwrap();
        let next = json!({ "Policy": { "ClipboardPolicy": { "ClipboardScope": "global" } } });
        let browser = applied(&browser, next).unwrap();
        assert_eq!(browser.policy["ClipboardPolicy"], json!({ "Clipboard": "off", "ClipboardScope": "global" }));
        assert_eq!(browser.policy["FileManager"], "on");
        let wrong = applied(&browser, json!({ "Policy": { "NoOperationDisconnect": "ON" } })).unwrap_err();
        assert_eq!(wrong.code, "InvalidParameter.Policy.NoOperationDisconnectTime");
    }
}
