//! A provider's code at work: a panic in it is told as a diagnostic, and the plugin lives on.

use std::{any::Any, panic::AssertUnwindSafe};

use futures_util::{FutureExt as _, future::BoxFuture};

use crate::diagnostic::{Diagnostic, Result};

/// Runs a provider's code; a panic in it becomes a diagnostic, and the plugin lives on.
pub(super) async fn guard<T>(what: &str, code: BoxFuture<'_, Result<T>>) -> Result<T> {
    // What the code leaves half done is its own state; the framework reads only checkpoints, which are whole.
    AssertUnwindSafe(code).catch_unwind().await.unwrap_or_else(|panic| Err(panicked(what, &*panic).into()))
}

/// The same for code that does not wait.
pub(super) fn guard_sync<T>(what: &str, code: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(AssertUnwindSafe(code)).unwrap_or_else(|panic| Err(panicked(what, &*panic).into()))
}

fn panicked(what: &str, panic: &(dyn Any + Send)) -> Diagnostic {
    let message = panic
        .downcast_ref::<&str>()
        .map(|message| (*message).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(panic = message, "the provider's code panicked");
    let detail = format!(
        "The provider has a bug: its code for {what} ended with a panic: {message}\n\nWhat was done before is in the \
         state where it was recorded. Please report this with the log (TF_LOG_PROVIDER=trace)."
    );
    Diagnostic::error(format!("{what}: the provider's code panicked"), detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_without_a_text_is_told_all_the_same() {
        let told = |code: fn() -> Result<()>| {
            let [error] =
                guard_sync("test_disk", code).unwrap_err().into_iter().collect::<Vec<_>>().try_into().unwrap();
            assert_eq!(error.summary, "test_disk: the provider's code panicked");
            error.detail
        };
        assert!(told(|| std::panic::panic_any(7)).contains("its code for test_disk ended with a panic"));
        assert!(told(|| panic!("a text")).contains("ended with a panic: a text\n"));
        let made = || panic!("{}", ["made", "when it happens"].join(" "));
        assert!(told(made).contains("ended with a panic: made when it happens\n"));
    }
}
