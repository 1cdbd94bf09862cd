//! A phone's object: the one place through which its messages go, so that none goes out twice and its limits hold.
//!
//! It makes the call to Maytapi itself. A caller that hangs up, or a Worker that dies, takes nothing away from a send that was claimed.
//! Its class is in entry.js, which also keeps which sends are under way; here is what it does with a claim.

use wasm_bindgen::JsValue;

use crate::http::problem::{Kind, Problem};
use crate::phone::claim::{Claim, Outcome, Told};
use crate::phone::ledger::{self, Decision};
use crate::platform::runtime;
use crate::platform::tasks::now_ms;

use super::sender;
use super::store::Store;

/// Decides on a claim and, where it is to be sent, sends it. The answer is what became of it, as JSON.
pub async fn answer(store: &Store, claim: &str, message: &JsValue) -> String {
    let told = match Claim::parse(claim) {
        Some(claim) => decide(store, &claim, message).await,
        None => failed(Kind::Internal, "The proxy's object was asked for something that it can't read."),
    };
    // Strings and numbers can always be written.
    serde_json::to_string(&told).unwrap_or_default()
}

async fn decide(store: &Store, claim: &Claim, message: &JsValue) -> Told {
    let shared = runtime::config();
    let Ok(config) = shared.as_ref() else { return failed(Kind::Misconfigured, "The configuration has a fault.") };
    // From here to the record in storage nothing waits, so no other request comes between the look and the claim.
    let now = now_ms();
    let Ok(seen) = store.look(claim) else { return storage_failed() };
    match ledger::decide(claim, seen.record, seen.in_flight, &config.limits, seen.counters, now) {
        Decision::Answer(told) => told,
        Decision::Abandoned(told) => {
            // Where this fails, the next request comes to the same decision.
            let _recorded = store.settle(&claim.id, Some((ledger::State::Unknown, told.outcome.clone())));
            told
        }
        Decision::Send { counters, standings } => match store.post(claim, &config.limits, &counters, now) {
            Ok(()) => Told { standings, ..sender::send(store, claim, message, config).await },
            Err(_) => storage_failed(),
        },
    }
}

fn storage_failed() -> Told {
    let problem = Problem::new(Kind::Internal, "The proxy's storage failed before anything was sent.");
    let problem = Problem { retryable: maytapi::client::Retryable::Yes, ..problem };
    Told::just(Outcome::Failed((&problem).into()))
}

fn failed(kind: Kind, detail: &'static str) -> Told {
    Told::just(Outcome::Failed((&Problem::new(kind, detail)).into()))
}
