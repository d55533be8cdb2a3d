//! What a host holds a state store to.

use serde_json::json;

use super::{
    super::{Error, Host},
    scripted::{Scripted, THING},
};
use crate::{proto::tfplugin6 as proto, rules::Rule};

/// Pieces of a state: where each begins, what is in it, and how long the state is said to be.
fn pieces<const N: usize>(pieces: [(i64, &str, i64); N]) -> Vec<proto::read_state_bytes::Response> {
    let piece = |(start, bytes, total_length): &(i64, &str, i64)| proto::read_state_bytes::Response {
        bytes: bytes.as_bytes().to_vec().into(),
        total_length: *total_length,
        range: Some(proto::StateRange { start: *start, end: start + i64::try_from(bytes.len()).unwrap() - 1 }),
        diagnostics: Vec::new(),
    };
    pieces.iter().map(piece).collect()
}

async fn read<const N: usize>(of: [(i64, &str, i64); N]) -> Result<Option<Vec<u8>>, Error> {
    let host = Scripted { chunk_size: 4, pieces: pieces(of), ..Default::default() }.host().await;
    host.open_state_store_in_pieces(THING, &json!({ "name": "a" }), 4).await.unwrap().read("a").await
}

fn broken(error: &Error) -> Vec<Rule> {
    error.violations().iter().map(|violation| violation.rule).collect()
}

#[tokio::test]
async fn the_pieces_of_a_state_are_the_whole_one_after_the_other() {
    assert_eq!(read([]).await, Ok(None));
    assert_eq!(read([(0, "good", 6), (4, "er", 6)]).await, Ok(Some(b"gooder".to_vec())));
    for wrong in [
        read([(0, "good", 6)]).await,
        read([(0, "good", 6), (3, "er", 6)]).await,
        read([(1, "good", 4)]).await,
        read([(0, "better", 6)]).await,
    ] {
        assert_eq!(broken(&wrong.unwrap_err()), [Rule::PiecesFollow]);
    }
}

#[tokio::test]
async fn pieces_are_no_larger_than_was_proposed() {
    let opened = async |chunk_size: i64| {
        let host: Host = Scripted { chunk_size, ..Default::default() }.host().await;
        host.open_state_store_in_pieces(THING, &json!({ "name": "a" }), 4).await.map(|_| ())
    };
    assert_eq!((opened(4).await, opened(1).await), (Ok(()), Ok(())));
    for wrong in [5, 0, -1] {
        assert_eq!(broken(&opened(wrong).await.unwrap_err()), [Rule::ChunkSizeIsAgreed]);
    }
}
