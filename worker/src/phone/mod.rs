//! A phone's object: the one place through which its messages go, so that none goes out twice and its limits hold.
//!
//! It makes the call to Maytapi itself. A caller that hangs up, or a Worker that dies, takes nothing away from a send that was claimed.

mod sending;
mod store;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::{DurableObject, Env, Error, Request, Response, State, durable_object};

use crate::claim::{Claim, Outcome, Told};
use crate::ledger::{self, Decision};
use crate::problem::{Kind, Problem};
use crate::{glue, runtime};

use store::{StorageFailed, Store};

/// How often what is too old is thrown away, in milliseconds.
const CLEAN_EVERY_MS: i64 = 3_600_000;

/// Marks a send as under way for as long as it lives, also when its task ends by a panic.
struct InFlight {
    inner: Rc<Inner>,
    id: String,
}

impl InFlight {
    fn new(inner: &Rc<Inner>, id: &str) -> Self {
        inner.in_flight.borrow_mut().insert(id.to_owned());
        InFlight { inner: Rc::clone(inner), id: id.to_owned() }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.inner.in_flight.borrow_mut().remove(&self.id);
    }
}

/// The class that wrangler.jsonc binds as `PHONES`.
#[durable_object(alarm)]
pub struct Phone {
    /// No borrow of its cells is held over a wait or a call that could panic, so a panic elsewhere leaves them whole.
    inner: AssertUnwindSafe<Rc<Inner>>,
}

struct Inner {
    state: State,
    env: Env,
    store: Store,
    /// Ids of the sends that this process is making.
    in_flight: RefCell<HashSet<String>>,
    /// Whether cleaning up is seen to.
    watched: Cell<bool>,
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phone")
    }
}

impl DurableObject for Phone {
    fn new(state: State, env: Env) -> Self {
        let storage = state.storage();
        let raw: &JsValue = storage.as_raw().as_ref();
        let store = Store::new(raw.clone());
        let inner = Inner { state, env, store, in_flight: RefCell::default(), watched: Cell::new(false) };
        Phone { inner: AssertUnwindSafe(Rc::new(inner)) }
    }

    async fn fetch(&self, request: Request) -> Result<Response, Error> {
        let inner = &self.inner;
        let asked = JsFuture::from(glue::asked(request.inner())).await;
        let text = match asked.ok().and_then(|asked| asked.dyn_into::<Array>().ok()) {
            None => return Ok(glue::respond(400, "", None).into()),
            Some(parts) if parts.length() == 0 => return Ok(self.ready().into()),
            Some(parts) => {
                let claim = parts.get(0).as_string().and_then(|text| serde_json::from_str::<Claim>(&text).ok());
                let body = parts.get(1).unchecked_into::<Uint8Array>();
                match claim {
                    Some(claim) => inner.answer(claim, body).await,
                    None => return Ok(glue::respond(400, "", None).into()),
                }
            }
        };
        Ok(glue::respond(200, "", Some(&serde_json::to_string(&text)?)).into())
    }

    async fn alarm(&self) -> Result<Response, Error> {
        let more = self.inner.clean().map_err(|_| Error::from("the storage failed"))?;
        self.inner.watched.set(more);
        if more {
            self.inner.state.storage().set_alarm(CLEAN_EVERY_MS).await?;
        }
        Ok(glue::respond(204, "", None).into())
    }
}

impl Phone {
    fn ready(&self) -> web_sys::Response {
        glue::respond(if self.inner.store.is_able() { 204 } else { 503 }, "", None)
    }
}

impl Inner {
    /// Decides on a claim and, where it is to be sent, sends it.
    async fn answer(self: &Rc<Self>, claim: Claim, body: Uint8Array) -> Told {
        let shared = runtime::config(&self.env);
        let Ok(config) = shared.as_ref() else { return failed(Kind::Misconfigured, "The configuration has a fault.") };
        self.watch().await;
        // From here to the record in storage nothing waits, so no other request comes between the look and the claim.
        let now = runtime::now_ms();
        let Ok((record, counters)) = self.store.look(&claim) else { return storage_failed() };
        let in_flight = self.in_flight.borrow().contains(&claim.id);
        match ledger::decide(&claim, record, in_flight, &config.limits, counters, now) {
            Decision::Answer(told) => told,
            Decision::Abandoned(told) => {
                // Where this fails, the next request comes to the same decision.
                let _recorded = self.store.settle(&claim.id, Some((ledger::State::Unknown, told.outcome.clone())));
                told
            }
            Decision::Send { counters, standings } => {
                if self.store.post(&claim, &config.limits, &counters, now).is_err() {
                    return storage_failed();
                }
                let told = self.send_detached(claim, body, Rc::clone(&shared)).await;
                Told { standings, ..told }
            }
        }
    }

    /// Once in an object's life: throws away what is too old, and has an alarm do so from then on.
    async fn watch(&self) {
        if self.watched.replace(true) {
            return;
        }
        let cleaned = self.clean().is_ok();
        let storage = self.state.storage();
        let set = match storage.get_alarm().await {
            Ok(Some(_)) => Ok(()),
            Ok(None) => storage.set_alarm(CLEAN_EVERY_MS).await,
            Err(error) => Err(error),
        };
        // Where it failed, the next request tries again.
        self.watched.set(cleaned && set.is_ok());
    }

    /// Throws away what is too old. Tells whether anything is left.
    fn clean(&self) -> Result<bool, StorageFailed> {
        let retention_ms = match runtime::config(&self.env).as_ref() {
            Ok(config) => config.retention_ms,
            // Nothing is thrown away by a configuration that nobody can read.
            Err(_) => i64::MAX,
        };
        self.store.clean(runtime::now_ms(), retention_ms)
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
