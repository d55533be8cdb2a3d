//! Texts that mean something: the same may be written in other words, and not everything is one.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use tfplug::{prelude::*, schema::validate::Validator};

use super::kept::Kept;

/// Texts that mean something.
#[derive(Clone, Model)]
pub struct Meanings {
    /// JSON, in which blanks and the order of keys mean nothing.
    #[tf(validate(json()), semantic_equality_of_results = means_the_same::<serde_json::Value>)]
    json_normalized_attribute: Attr<String>,
    /// JSON.
    #[tf(validate(json()))]
    json_exact_attribute: Attr<String>,
    /// An IPv4 address.
    #[tf(validate(meaning::<Ipv4Addr>("Invalid IPv4 Address String Value")))]
    ip_v4_attribute: Attr<String>,
    /// An IPv6 address.
    #[tf(validate(ipv6()), semantic_equality_of_results = means_the_same::<Ipv6Addr>)]
    ip_v6_attribute: Attr<String>,
    /// A range of IPv4 addresses.
    #[tf(validate(meaning::<Cidr<Ipv4Addr, 32>>("Invalid IPv4 CIDR String Value")))]
    ip_v4_cidr_attribute: Attr<String>,
    /// A range of IPv6 addresses.
    #[tf(
        validate(meaning::<Cidr<Ipv6Addr, 128>>("Invalid IPv6 CIDR String Value")),
        semantic_equality_of_results = means_the_same::<Cidr<Ipv6Addr, 128>>,
    )]
    ip_v6_cidr_attribute: Attr<String>,
    /// A time.
    #[tf(validate(time()), semantic_equality_of_results = means_the_same::<jiff::Timestamp>)]
    time_rfc3339_attribute: Attr<String>,
}

impl Kept for Meanings {
    const TYPE_NAME: &'static str = "framework_customtype";

    fn found(mut self) -> Self {
        let expanded = self.ip_v6_attribute.as_str().and_then(|text| text.parse().ok()).map(expanded);
        if let Some(expanded) = expanded {
            self.ip_v6_attribute = expanded.into();
        }
        self
    }
}

/// An address in all its digits.
fn expanded(address: Ipv6Addr) -> String {
    address.segments().map(|segment| format!("{segment:04x}")).join(":")
}

/// Times.
#[derive(Clone, Model)]
pub struct Times {
    /// A duration.
    #[tf(
        validate(meaning::<jiff::SignedDuration>("Invalid Time Duration String Value")),
        semantic_equality_of_results = means_the_same::<jiff::SignedDuration>,
    )]
    go_duration: Attr<String>,
    /// A point in time.
    #[tf(validate(time()), semantic_equality_of_results = means_the_same::<jiff::Timestamp>)]
    rfc3339: Attr<String>,
}

impl Kept for Times {
    const TYPE_NAME: &'static str = "framework_timetypes";
}

/// Sets of addresses, which come back in other words and in another order.
#[derive(Clone, Model)]
pub struct Addresses {
    /// Addresses.
    #[tf(required, set, validate(each(ipv6())), semantic_equality_of_results = is_the_same_set)]
    set_of_ipv6: Attr<Vec<String>>,
    /// Addresses in objects.
    #[tf(required, set)]
    set_nested_attribute: Attr<Vec<Address>>,
    /// An address.
    #[tf(block(min_items = 1), set)]
    set_nested_block: Attr<Vec<Address>>,
}

/// Holds an address.
#[derive(Clone, Model)]
struct Address {
    /// The address.
    #[tf(required, validate(ipv6()), semantic_equality_of_results = means_the_same::<Ipv6Addr>)]
    ipv6: Attr<String>,
}

impl Addresses {
    /// What a service would return that has its own way of writing addresses.
    fn returned() -> Self {
        let objects = |texts: &[&str]| -> Vec<_> { texts.iter().map(|&text| Address { ipv6: text.into() }).collect() };
        let set = ["2001:DB8::8:800:200C:417A", "::FFFF:192.168.255.255", "::", "::101"];
        Self {
            set_of_ipv6: set.map(str::to_owned).to_vec().into(),
            set_nested_attribute: objects(&["2001:1:2:3:4:5:6:7", "2041:0000:140F::875B:131B"]).into(),
            set_nested_block: objects(&["::FFFF:192.168.255.255", "FF01::", "2001:DB8::8:800:200C:417A"]).into(),
        }
    }
}

impl Kept for Addresses {
    const TYPE_NAME: &'static str = "framework_set_semantic_equality";

    fn created(self) -> Self {
        Self::returned()
    }

    fn found(self) -> Self {
        Self::returned()
    }
}

/// Whether both sets have the same addresses.
fn is_the_same_set(one: &Value, other: &Value) -> bool {
    let addresses = |value: &Value| -> Option<Vec<Ipv6Addr>> {
        let Value::Set(elements) = value else { return None };
        let mut addresses: Vec<_> = elements.iter().map(parsed).collect::<Option<_>>()?;
        addresses.sort();
        Some(addresses)
    };
    addresses(one).is_some_and(|one| addresses(other) == Some(one))
}

fn parsed<T: FromStr>(value: &Value) -> Option<T> {
    match value {
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn means_the_same<T: FromStr + PartialEq>(one: &Value, other: &Value) -> bool {
    parsed::<T>(one).is_some_and(|one| parsed(other) == Some(one))
}

/// A text that can be read as something. The words for one that cannot are those that the tests look for.
fn meaning<T: FromStr>(otherwise: &'static str) -> Validator {
    Validator::known("a text that means something", move |configured| {
        parsed::<T>(configured.value).map(drop).ok_or_else(|| format!("{otherwise}: {}.", configured.shown()))
    })
}

fn json() -> Validator {
    meaning::<serde_json::Value>("Invalid JSON String Value")
}

fn ipv6() -> Validator {
    meaning::<Ipv6Addr>("Invalid IPv6 Address String Value")
}

fn time() -> Validator {
    meaning::<jiff::Timestamp>("Invalid RFC3339 String Value")
}

/// An address and how many bits of it count.
#[derive(PartialEq)]
struct Cidr<A, const BITS: u8>(A, u8);

impl<A: FromStr, const BITS: u8> FromStr for Cidr<A, BITS> {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, bits) = text.split_once('/').ok_or(())?;
        let bits = bits.parse().ok().filter(|&bits| bits <= BITS).ok_or(())?;
        Ok(Self(address.parse().map_err(|_| ())?, bits))
    }
}
