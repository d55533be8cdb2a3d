//! `ListResource`.

use futures_util::StreamExt as _;

use super::{
    provider::{Disk, DiskIdentity, DiskList, broken, region},
    *,
};
use crate::{Attr, Diagnostic, Listed};

impl Host {
    async fn list(
        &self,
        type_name: &str,
        limit: i64,
        include_resource_object: bool,
    ) -> (Vec<(String, Json, Json)>, Vec<String>) {
        self.list_what(&json!({"name": "a"}), type_name, limit, include_resource_object).await
    }

    /// Lists, and returns each thing as its name, its identity and its state, and what a person is told.
    async fn list_what(
        &self,
        config: &Json,
        type_name: &str,
        limit: i64,
        include_resource_object: bool,
    ) -> (Vec<(String, Json, Json)>, Vec<String>) {
        let request = proto::list_resource::Request {
            type_name: type_name.to_owned(),
            config: wire(config, &query_type()),
            include_resource_object,
            limit,
        };
        let stream = self.service.list_resource(Request::new(request)).await.unwrap().into_inner();
        let (mut found, mut said) = (Vec::new(), Vec::new());
        for event in stream.collect::<Vec<_>>().await {
            let event = event.unwrap();
            if event.diagnostic.is_empty() {
                let state = read(event.resource_object.as_ref(), &disk_type());
                found.push((event.display_name, read_identity(event.identity.as_ref()), state));
            } else {
                said.extend(told(&event.diagnostic));
            }
        }
        (found, said)
    }
}

fn found(id: &str) -> Listed<DiskList> {
    Listed {
        identity: DiskIdentity { id: id.into(), zone: Attr::Null },
        display_name: format!("Disk {id}"),
        resource: Some(Disk { id: id.into(), ..Disk::default() }),
    }
}

fn three() -> Queries {
    Queries {
        list: |_, _, listing| {
            for id in ["1", "2", "3"] {
                if !listing.is_full() {
                    listing.push(found(id))?;
                }
            }
            Ok(())
        },
        ..Queries::default()
    }
}

fn event(id: &str, state: Json) -> (String, Json, Json) {
    (format!("Disk {id}"), json!({"id": id}), state)
}

#[tokio::test]
async fn what_is_found_has_a_name_and_an_identity_and_a_state_where_it_is_wanted() {
    let host = Host::with_queries(three()).await;
    let (listed, told) = host.list("test_disk", 0, false).await;
    assert_eq!(listed, ["1", "2", "3"].map(|id| event(id, json!("(nothing)"))));
    assert_eq!(told, [""; 0]);
    let (listed, told) = host.list("test_disk", 0, true).await;
    assert_eq!(listed, ["1", "2", "3"].map(|id| event(id, json!({"id": id}))));
    assert_eq!(told, [""; 0]);
}

#[tokio::test]
async fn no_more_is_listed_than_is_wanted() {
    let host = Host::with_queries(three()).await;
    for (limit, count) in [(1, 1), (2, 2), (3, 3), (4, 3), (0, 3), (-1, 3)] {
        assert_eq!(host.list("test_disk", limit, false).await.0.len(), count, "{limit}");
    }
    // Whoever does not look whether the listing is full loses what is too much.
    let queries = Queries {
        list: |_, _, listing| ["1", "2", "3"].into_iter().try_for_each(|id| listing.push(found(id))),
        ..Queries::default()
    };
    assert_eq!(Host::with_queries(queries).await.list("test_disk", 2, false).await.0.len(), 2);
}

#[tokio::test]
async fn the_code_knows_what_is_asked_and_says_what_it_has_to_say_at_the_end() {
    let queries = Queries {
        list: |cx, config, listing| {
            let said = format!("{} {:?} {}", region(cx), config.name.as_str(), listing.wants_resources());
            cx.warn(Diagnostic::warning("Seen", said));
            listing.push(found("1"))?;
            assert!(!listing.is_full());
            Err(broken())
        },
        ..Queries::default()
    };
    let host = Host::with_queries(queries).await;
    let (listed, told) = host.list("test_disk", 0, true).await;
    assert_eq!(listed.len(), 1, "what was found before stands");
    assert_eq!(told, ["warning: Seen: north Some(\"a\") true", "error: Broken: It is broken."]);
    assert_eq!(host.list("test_disk", 0, false).await.1[0], "warning: Seen: north Some(\"a\") false");
}

#[tokio::test]
async fn a_panic_while_listing_is_told_after_what_was_found() {
    let queries = Queries {
        list: |_, _, listing| {
            listing.push(found("1"))?;
            panic!("boom")
        },
        ..Queries::default()
    };
    let (listed, told) = Host::with_queries(queries).await.list("test_disk", 0, false).await;
    assert_eq!(listed.len(), 1);
    assert!(told[0].contains("boom"), "{told:?}");
}

#[tokio::test]
async fn nothing_is_listed_where_something_is_null_that_must_not_be() {
    let queries = Queries { list: |_, _, _| panic!("it was listed"), ..Queries::default() };
    let host = Host::with_queries(queries).await;
    for (config, expected) in nulls() {
        let (listed, told) = host.list_what(&config, "test_disk", 0, false).await;
        refused(&told, expected);
        assert_eq!(listed, []);
    }
}

#[tokio::test]
async fn a_list_that_nobody_reads_any_more_is_full() {
    let (events, received) = tokio::sync::mpsc::unbounded_channel();
    let mut sink = crate::list::Sink {
        identity_type: identity_type(),
        resource_type: disk_type().into(),
        include_resource: false,
        remaining: None,
        events,
    };
    let mut listing = crate::Listing::<DiskList>::new(&mut sink);
    assert!(!listing.is_full());
    drop(received);
    assert!(listing.is_full());
    listing.push(found("1")).unwrap();
}

#[tokio::test]
async fn what_has_no_identity_cannot_be_listed() {
    let host = Host::with_queries(Queries::default()).await;
    let (_, told) = host.list("test_plain", 0, false).await;
    assert_eq!(told, ["error: test_plain has no identity: What cannot be identified cannot be listed."]);
    let (_, told) = host.list("test_none", 0, false).await;
    assert!(told[0].contains("Unknown list resource type"), "{told:?}");
}

#[tokio::test]
async fn what_is_wrong_with_one_is_told_in_its_place_and_the_others_are_listed() {
    let queries = Queries {
        list: |_, _, listing| {
            listing.push(found("1"))?;
            listing.push_diagnostics(Diagnostic::warning("Disk 2 cannot be read", "It is locked."));
            listing.push(found("3"))
        },
        ..Queries::default()
    };
    let host = Host::with_queries(queries).await;
    let (listed, told) = host.list("test_disk", 0, false).await;
    assert_eq!(listed, ["1", "3"].map(|id| event(id, json!("(nothing)"))));
    assert_eq!(told, ["warning: Disk 2 cannot be read: It is locked."]);
    // It is one of those that were asked for.
    let (listed, told) = host.list("test_disk", 2, false).await;
    assert_eq!((listed.len(), told.len()), (1, 1));
}
