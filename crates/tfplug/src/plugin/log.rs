//! Log lines as Terraform takes them: one JSON object on each line of standard error.
//!
//! Terraform reads `@level`, `@message`, `@timestamp` and `@module`, and prints every other member behind the message.
//! The members are the event's fields and those of the spans around it, the innermost last, so that a line says which
//! RPC and which type it belongs to without its author repeating them.

use std::{env, fmt, io::Write};

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{
    Layer,
    filter::{FilterFn, LevelFilter, filter_fn},
    fmt::MakeWriter,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
    util::SubscriberInitExt,
};

/// A tracing layer that writes each event as one JSON line.
pub struct JsonLines<W = fn() -> std::io::Stderr> {
    writer: W,
}

impl JsonLines {
    /// Writes to standard error.
    pub fn stderr() -> Self {
        Self { writer: std::io::stderr }
    }
}

impl<W> JsonLines<W> {
    /// Writes to what `writer` makes.
    pub fn new(writer: W) -> Self {
        Self { writer }
    }
}

/// The level that `TF_LOG_PROVIDER_NAME` with the provider's own name (`TF_LOG_PROVIDER_MY_CLOUD` for `my-cloud`), else
/// `TF_LOG_PROVIDER`, else `TF_LOG` asks for, as Terraform understands them: `off`, `error`, `warn`, `info`, `debug` or
/// `trace` in any case, `JSON` for trace, and trace for anything else. `unset` when none is set.
pub fn level_from(name: &str, variable: impl Fn(&str) -> Option<String>, unset: LevelFilter) -> LevelFilter {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let own = format!("TF_LOG_PROVIDER_{}", name.to_ascii_uppercase().replace('-', "_"));
    let Some(level) = set(&own).or_else(|| set("TF_LOG_PROVIDER")).or_else(|| set("TF_LOG")) else {
        return unset;
    };
    match level.to_ascii_lowercase().as_str() {
        "off" => LevelFilter::OFF,
        "error" => LevelFilter::ERROR,
        "warn" => LevelFilter::WARN,
        "info" => LevelFilter::INFO,
        "debug" => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

/// What is written: the events of the crates in `own` at `level`; those of every other crate only from warnings on,
/// since an HTTP library that traces its frames buries the provider's lines and prints what no log may hold.
///
/// Spans are not lines but give theirs the fields, so that those of the crates in `own` are there for a line of any
/// level, when they are of [`Level::INFO`] or more severe.
pub fn filter(own: &[&'static str], level: LevelFilter) -> FilterFn<impl Fn(&Metadata<'_>) -> bool + use<>> {
    let own = own.to_vec();
    let (spans, events) = (level.max(LevelFilter::INFO), level);
    let others = level.min(LevelFilter::WARN);
    filter_fn(move |metadata| {
        let name = metadata.target().split("::").next().unwrap_or_default();
        let limit = match own.contains(&name) {
            true if metadata.is_span() => spans,
            true => events,
            false => others,
        };
        *metadata.level() <= limit
    })
    .with_max_level_hint(spans)
}

/// The crates that a type's name speaks of, the standard library's left out: that of a provider, and ours around it.
pub(super) fn crates_in(type_name: &'static str) -> impl Iterator<Item = &'static str> {
    let paths = type_name.split(|sign: char| !(sign.is_alphanumeric() || sign == '_' || sign == ':'));
    let crates = paths.filter_map(|path| path.split_once("::")).map(|(name, _)| name);
    crates.filter(|name| !["alloc", "core", "std", ""].contains(name))
}

/// Installs [`JsonLines`] on standard error for the whole process, with the level from the environment, else `unset`.
/// Does nothing where a subscriber is installed already.
pub(super) fn init(name: &str, own: &[&'static str], unset: LevelFilter) {
    let level = level_from(name, |name| env::var(name).ok(), unset);
    if level != LevelFilter::OFF {
        let _ = tracing_subscriber::registry().with(filter(own, level)).with(JsonLines::stderr()).try_init();
    }
}

/// The fields of a span, kept with the span for the events inside it.
struct Fields(Map<String, Value>);

impl<S, W> Layer<S> for JsonLines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + 'static,
{
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, ctx: Context<'_, S>) {
        let mut fields = Fields(Map::new());
        attributes.record(&mut fields);
        if let Some(span) = ctx.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let mut line = Fields(Map::new());
        for span in ctx.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(Fields(fields)) = span.extensions().get::<Fields>() {
                line.0.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
        }
        event.record(&mut line);
        let metadata = event.metadata();
        let message = line.0.remove("message").unwrap_or_default();
        let message = message.as_str().unwrap_or_default();
        line.put("@level", level_name(metadata.level()));
        line.put("@message", message);
        line.put("@module", metadata.target());
        // Go parses it with exactly six digits after the second.
        line.put("@timestamp", Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string());
        let Ok(mut bytes) = serde_json::to_vec(&line.0) else {
            return;
        };
        bytes.push(b'\n');
        // One write, so that lines of two threads do not mix. An error means that nobody reads.
        let _ = self.writer.make_writer_for(metadata).write_all(&bytes);
    }
}

impl Fields {
    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), value);
    }
}

fn level_name(level: &Level) -> &'static str {
    match *level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use serde_json::json;
    use tracing::subscriber::with_default;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Runs `work` at `level` and returns what it logged.
    fn logged(level: LevelFilter, work: impl FnOnce()) -> Vec<Value> {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::registry()
            .with(filter(&["tfplug"], level))
            .with(JsonLines::new(move || writer.clone()));
        with_default(subscriber, work);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'));
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_line_holds_the_event_and_the_spans_around_it() {
        let lines = logged(LevelFilter::DEBUG, || {
            let span = tracing::error_span!("rpc", rpc = "ReadResource", request = 7, id = "outer");
            let _outer = span.enter();
            let span = tracing::error_span!("call", id = "inner", status = tracing::field::Empty);
            let _inner = span.enter();
            span.record("status", 200);
            tracing::debug!(retry = true, reason = ?Some("line\nbreak"), "answered \"ok\"");
        });
        let [line] = lines.as_slice() else { panic!("one line, not {lines:?}") };
        let mut line = line.clone();
        let timestamp = line.as_object_mut().unwrap().remove("@timestamp").unwrap();
        assert_eq!(
            line,
            json!({
                "@level": "debug",
                "@message": "answered \"ok\"",
                "@module": "tfplug::plugin::log::tests",
                "rpc": "ReadResource",
                "request": 7,
                "id": "inner",
                "status": 200,
                "retry": true,
                "reason": "Some(\"line\\nbreak\")",
            })
        );
        let timestamp = timestamp.as_str().unwrap();
        assert_eq!(timestamp.len(), "2026-01-01T10:00:00.000000Z".len(), "{timestamp}");
        timestamp.parse::<Timestamp>().unwrap();
    }

    #[test]
    fn each_level_and_each_kind_of_field_has_its_form() {
        let lines = logged(LevelFilter::TRACE, || {
            tracing::error!(float = 0.5, "one");
            tracing::warn!(negative = -1, "two");
            tracing::info!(large = u64::MAX, "three");
            tracing::debug!(text = "a", "four");
            tracing::trace!(shown = %"b", debugged = ?"c", "five");
            tracing::info!(without = "a message");
        });
        let fields = lines.into_iter().map(|line| {
            let Value::Object(fields) = line else { panic!("{line}") };
            fields.into_iter().filter(|(name, _)| !["@module", "@timestamp"].contains(&name.as_str())).collect()
        });
        let expected = [
            json!({"@level": "error", "@message": "one", "float": 0.5}),
            json!({"@level": "warn", "@message": "two", "negative": -1}),
            json!({"@level": "info", "@message": "three", "large": u64::MAX}),
            json!({"@level": "debug", "@message": "four", "text": "a"}),
            json!({"@level": "trace", "@message": "five", "shown": "b", "debugged": "\"c\""}),
            json!({"@level": "info", "@message": "", "without": "a message"}),
        ];
        assert_eq!(fields.map(Value::Object).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn nothing_is_written_where_the_log_is_off() {
        let lines = logged(LevelFilter::OFF, || {
            let _span = tracing::info_span!("rpc").entered();
            tracing::error!("broken");
            tracing::error!(target: "h2", "broken");
        });
        assert!(lines.is_empty(), "{lines:?}");
    }

    #[test]
    fn the_level_is_respected_and_other_crates_are_kept_to_warnings() {
        let lines = logged(LevelFilter::INFO, || {
            tracing::debug!("too fine");
            tracing::info!("ours");
            tracing::info!(target: "h2::codec", "frames");
            tracing::warn!(target: "h2::codec", "broken");
        });
        let messages: Vec<_> = lines.iter().map(|line| line["@message"].clone()).collect();
        assert_eq!(messages, ["ours", "broken"]);
        assert!(logged(LevelFilter::ERROR, || tracing::warn!(target: "h2", "broken")).is_empty());
    }

    #[test]
    fn a_line_of_any_level_says_which_rpc_it_belongs_to() {
        let lines = logged(LevelFilter::ERROR, || {
            let _span = tracing::info_span!("rpc", rpc = "ReadResource").entered();
            let _detail = tracing::debug_span!("detail", depth = 1).entered();
            tracing::info!("too fine");
            tracing::error!("broken");
        });
        let [line] = lines.as_slice() else { panic!("one line, not {lines:?}") };
        assert_eq!((&line["rpc"], &line["depth"]), (&json!("ReadResource"), &Value::Null));
    }

    #[test]
    fn the_variables_are_read_as_terraform_reads_them() {
        let level = |provider: Option<&str>, all: Option<&str>| {
            let value = |name: &str| match name {
                "TF_LOG_PROVIDER" => provider.map(str::to_owned),
                "TF_LOG" => all.map(str::to_owned),
                _ => None,
            };
            level_from("my-cloud", value, LevelFilter::ERROR)
        };
        assert_eq!(level(None, None), LevelFilter::ERROR);
        assert_eq!(level(None, Some("error")), LevelFilter::ERROR);
        assert_eq!(level(None, Some("INFO")), LevelFilter::INFO);
        assert_eq!(level(Some("warn"), Some("TRACE")), LevelFilter::WARN);
        assert_eq!(level(Some("off"), Some("TRACE")), LevelFilter::OFF);
        assert_eq!(level(Some(""), Some("debug")), LevelFilter::DEBUG);
        assert_eq!(level(None, Some("JSON")), LevelFilter::TRACE);
        assert_eq!(level(None, Some("verbose")), LevelFilter::TRACE);
        let own = |name: &str| Some((if name == "TF_LOG_PROVIDER_MY_CLOUD" { "info" } else { "trace" }).to_owned());
        assert_eq!(level_from("my-cloud", own, LevelFilter::ERROR), LevelFilter::INFO);
        assert_eq!(level_from("other", own, LevelFilter::ERROR), LevelFilter::TRACE);
    }

    #[test]
    fn the_crates_of_a_provider_are_those_that_its_type_is_made_of() {
        let crates = |name| crates_in(name).collect::<Vec<_>>();
        assert_eq!(crates("tfplug::unconfigured::Unconfigured<my_cloud::main::{{closure}}>"), ["tfplug", "my_cloud"]);
        assert_eq!(crates("my_cloud::Wrapped<alloc::sync::Arc<dyn other::Kind>>"), ["my_cloud", "other"]);
        assert_eq!(crates("(u8, &str)"), [""; 0]);
    }
}
