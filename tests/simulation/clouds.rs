//! Both clouds, behind the provider's door to the network.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use cloud::{Answer, Environment, Lost, Machine, Outgoing};
use emulator::{Durations, Emulator, InProcess, Options, VisitOptions};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use uuid::Builder;

use super::{script::Script, weather::Spell};
use crate::estate::{
    Call, Dice,
    names::{ELSEWHERE_REGION, REGION, SCHEDULED},
};

pub const ACCESS_KEY: &str = "simulated-access-key";
/// It must never be seen again.
pub const SECRET_KEY: &str = "simulated-secret-key-5c1d3a";

/// Everything is answered in the process, whatever the address.
const ENDPOINT: &str = "http://127.0.0.1:1";

/// How long a token of Huawei Cloud holds.
const CREDENTIAL_SECONDS: u64 = 15 * 60;

/// When every history begins: a Monday.
const BEGIN: &str = "2026-03-02T01:00:00Z";

/// Those who come leave soon enough for a wait to end.
fn visits() -> VisitOptions {
    VisitOptions { arrivals_per_hour: 12, stay_minutes: 6, returning_percent: 10, ..VisitOptions::default() }
}

/// Both clouds of one history, in its time.
pub struct Clouds {
    emulator: Arc<InProcess>,
    chance: Arc<Mutex<Dice>>,
    /// How long a request or an answer is on its way at most.
    pub way: Duration,
    lag: Duration,
    began: Instant,
    by_token: bool,
    /// How far refreshes share lists.
    reads: &'static str,
}

impl Clouds {
    pub fn new(script: &Script) -> Self {
        let began = Instant::now();
        let options = Options {
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SECRET_KEY.to_owned(),
            durations: Durations {
                image_update_seconds: script.update_seconds,
                log_off_seconds: script.log_off_seconds,
                ..Durations::default()
            },
            consistency_delay: script.lag,
            consistency_varies: script.lag_varies,
            credential_seconds: CREDENTIAL_SECONDS,
            visits: script.is_lively.then(visits),
            ..Options::default()
        };
        let emulator = Emulator::in_process(&options, clock(began), script.seed).expect("the built-in world");
        let chance = Arc::new(Mutex::new(Dice::new(!script.seed)));
        Self {
            emulator: Arc::new(emulator),
            chance,
            way: script.way,
            lag: script.lag,
            began,
            by_token: script.by_token,
            reads: script.reads,
        }
    }

    /// A machine with the provider on it.
    pub fn machine(&self) -> Machine {
        let (emulator, chance, way) = (Arc::clone(&self.emulator), Arc::clone(&self.chance), self.way);
        let drawn = Arc::clone(&self.chance);
        Machine::from(Environment::fixed([("APPSTREAMING_SHARED_READS", self.reads)]))
            .with_clock(clock(self.began))
            .with_chance(move || {
                let mut dice = drawn.lock().expect("nobody panics with it");
                let mut bytes = [0; 16];
                bytes.iter_mut().for_each(|byte| *byte = u8::try_from(dice.below(256)).unwrap_or_default());
                Builder::from_random_bytes(bytes).into_uuid()
            })
            .with_service(move |request| {
                let (emulator, chance) = (Arc::clone(&emulator), Arc::clone(&chance));
                let [there, back] = [(); 2].map(|()| on_the_way(&chance, way));
                // What has arrived is carried out, also where nobody waits for the answer any more.
                let arrived = async move {
                    sleep(there).await;
                    let answered = emulator.answer(received(request)).await;
                    sleep(back).await;
                    answered
                };
                let arrived = tokio::spawn(arrived);
                Box::pin(async move {
                    let (head, body) = arrived.await.map_err(|_| Lost)?.map_err(|_| Lost)?.into_parts();
                    Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
                })
            })
    }

    /// The `provider` block that leads here.
    pub fn provider_block(&self, is_elsewhere: bool) -> Value {
        provider_block(self.by_token, if is_elsewhere { ELSEWHERE_REGION } else { REGION })
    }

    /// Lets something be so for a time.
    pub async fn pass_through(&self, Spell { after, lasting, fault }: &Spell) {
        sleep(*after).await;
        let fault = self.control("POST", "faults", Some(fault)).await;
        sleep(*lasting).await;
        let path = format!("faults/{}", fault["id"]);
        // Whoever lifts all faults lifts this one too.
        let _ = self.emulator.control("DELETE", &path, None).await;
    }

    /// How long the history has lasted.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// How long a write stays invisible to reads at most.
    pub fn lag(&self) -> Duration {
        self.lag
    }

    /// Whether the provider has been told to call with these credentials.
    pub fn may_call(&self, cloud: &str, caller: &Value) -> bool {
        let chosen = if cloud == "huawei" && self.by_token { emulator::USER_NAME } else { ACCESS_KEY };
        *caller == chosen
    }

    /// Whether an update to one of these images fails from now on.
    pub async fn break_images(&self, images: &[&str], are_broken: bool) {
        let broken: serde_json::Map<_, _> =
            images.iter().map(|id| ((*id).to_owned(), json!({ "fails_to_deploy": are_broken }))).collect();
        self.change_world(&json!({ "alibaba": { "images": broken } })).await;
    }

    /// A group that scales by schedule logs nobody off outside of its hours: those are on another day from now on.
    pub async fn leave_schedule(&self) {
        let hours = json!({ "start_time": "08:00", "end_time": "20:00", "amount": 4 });
        let sundays = json!({ "recurrence_type": "weekly", "recurrence_values": [7], "timer_periods": [hours] });
        let scheduled = json!({ "node_pool": { "recurrence_schedules": [sundays] } });
        self.change_world(&json!({ "alibaba": { "delivery_groups": { SCHEDULED: scheduled } } })).await;
    }

    /// Asks the emulator's control paths.
    pub async fn control(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let (status, answer) = self.emulator.control(method, path, body).await;
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    pub async fn world(&self) -> Value {
        self.control("GET", "state", None).await
    }

    pub async fn change_world(&self, change: &Value) {
        self.control("PATCH", "state", Some(change)).await;
    }

    pub async fn fault(&self, fault: &Value) {
        self.control("POST", "faults", Some(fault)).await;
    }

    pub async fn lift_faults(&self) {
        self.control("DELETE", "faults", None).await;
    }

    pub async fn count_of_calls(&self) -> u64 {
        self.control("GET", "health", None).await["calls"].as_u64().expect("a number")
    }

    pub async fn calls_after(&self, number: u64) -> Vec<Call> {
        Call::all(self.control("GET", &format!("requests?since={number}"), None).await)
    }
}

/// The `provider` block.
fn provider_block(by_token: bool, region: &str) -> Value {
    let keys = |region: &str| {
        let (access_key, secret_key) = (ACCESS_KEY, SECRET_KEY);
        json!({ "region": region, "access_key": access_key, "secret_key": secret_key, "endpoint": ENDPOINT })
    };
    let mut huawei = if by_token {
        let (user, domain) = (emulator::USER_NAME, emulator::DOMAIN_NAME);
        json!({
            "region": "cn-north-4", "user_name": user, "password": emulator::PASSWORD, "domain_name": domain,
            "endpoint": ENDPOINT,
        })
    } else {
        keys("cn-north-4")
    };
    huawei["auth_url"] = json!(format!("{ENDPOINT}/v3"));
    let mut alibaba = keys(region);
    // Where the provider's region is another one, what has been in its region before is asked for at its own.
    alibaba["endpoint_serves_all_regions"] = json!(true);
    json!({ "alibaba_cloud": alibaba, "huawei_cloud": huawei })
}

fn clock(began: Instant) -> impl Fn() -> Timestamp + Send + Sync + 'static {
    let begin: Timestamp = BEGIN.parse().expect("a time");
    move || {
        let elapsed = SignedDuration::try_from(began.elapsed()).unwrap_or_default();
        begin.checked_add(elapsed).unwrap_or(begin)
    }
}

fn on_the_way(chance: &Mutex<Dice>, most: Duration) -> Duration {
    let most = usize::try_from(most.as_millis()).unwrap_or_default();
    let time = chance.lock().expect("nobody panics with it").below(most + 1);
    Duration::from_millis(u64::try_from(time).unwrap_or_default())
}

fn received(outgoing: Outgoing) -> http::Request<Vec<u8>> {
    let Outgoing { method, url, headers, body } = outgoing;
    let request = http::Request::builder().method(method).uri(url.as_str());
    let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
    request.body(body).expect("a request that can be sent")
}
