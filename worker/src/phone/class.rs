//! The Durable Object's class: what the runtime calls, and the RPCs that the Worker calls.

use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use worker::{DurableObject, Env, Error, Request, Response, Result, State, durable_object};

use super::batches::{self, ask::BatchAsk};
use super::claim::Failed;
use super::feed::answer::{answer, is_silent, viewer};
use super::feed::ask::Dial;
use super::feed::sockets;
use super::object::Object;
use super::{alarm, sender};

/// A phone's object. entry.js holds it in a class that the runtime lets be called.
#[durable_object(alarm)]
#[allow(missing_debug_implementations)]
pub struct Phone {
    object: Rc<Object>,
}

/// The RPCs.
#[wasm_bindgen]
impl Phone {
    /// Takes a claim and a message; the promise is fulfilled with a [`super::claim::SendReply`] as JSON.
    pub fn send(&self, claim: String, message: Uint8Array) -> Promise {
        let object = Rc::clone(&self.object);
        let sending = future_to_promise(AssertUnwindSafe(async move {
            let send_reply = sender::answer(&object, &claim, &message).await;
            // Strings and numbers can always be written.
            Ok(serde_json::to_string(&send_reply).unwrap_or_default().into())
        }));
        // A caller that hangs up takes nothing away from a send that has begun. `State::wait_until` would make another promise of it.
        let _registered = self.object.state.as_raw().wait_until(&sending);
        sending
    }

    /// Answers a question about its feed or its batches, where it is told its own name; the promise is fulfilled with a text, or a marked
    /// [`super::claim::Failed`].
    pub fn ask(&self, name: String, question: String) -> Promise {
        let object = Rc::clone(&self.object);
        future_to_promise(AssertUnwindSafe(async move {
            let answered = match BatchAsk::is_one(&question) {
                true => batches::answer::answer(&object, &name, &question).await,
                false => answer(&object, &name, &question).await,
            };
            Ok(answered.unwrap_or_else(|problem| Failed::from(&problem).marked()).into())
        }))
    }

    /// Accepts a live socket; the promise is fulfilled with the response that has it.
    pub fn accept(&self, name: String, dial: String) -> Promise {
        let object = Rc::clone(&self.object);
        future_to_promise(AssertUnwindSafe(async move {
            let dial = Dial::parse(&dial).ok_or(JsValue::NULL)?;
            let viewer = viewer(&object, &name, &dial.follower).await.map_err(|_| JsValue::NULL)?;
            let response = sockets::accept(&object, &dial, &viewer);
            if !object.alarm_is_set.get() {
                // Where this fails, the next event tries again.
                let _set = alarm::set(&object).await;
            }
            Ok(response)
        }))
    }

    /// Whether its storage answers (1), and whether webhooks should have come that did not (2).
    #[wasm_bindgen(js_name = health)]
    pub fn health(&self) -> u32 {
        if !self.object.opened || !self.object.store.is_healthy() {
            return 0;
        }
        if is_silent(&self.object).unwrap_or_default() { 2 } else { 1 }
    }
}

impl DurableObject for Phone {
    fn new(state: State, _env: Env) -> Self {
        let object = Rc::new(Object::new(state));
        if object.store.has_open_batches().unwrap_or_default() {
            let waking = Rc::clone(&object);
            // Whatever became of the alarm of the process before this one, what its rows wait for is due.
            let awake = future_to_promise(AssertUnwindSafe(async move {
                // Where these fail, the next event or the alarm tries again.
                let _abandoned = batches::run::abandon(&waking);
                let _set = alarm::set(&waking).await;
                Ok(JsValue::UNDEFINED)
            }));
            let _registered = object.state.as_raw().wait_until(&awake);
        }
        Phone { object }
    }

    /// A send whose message is too large to be an argument.
    async fn fetch(&self, request: Request) -> Result<Response> {
        let claim = request.headers().get("x-claim")?.and_then(|claim| serde_json::from_str(&claim).ok());
        let Some(claim) = claim else { return Response::error("", 400) };
        // Its bytes stay in JavaScript's memory: WebAssembly's never shrinks.
        let message = JsFuture::from(request.inner().array_buffer()?).await?;
        let send_reply = JsFuture::from(self.send(claim, Uint8Array::new(&message))).await?;
        Response::ok(send_reply.as_string().unwrap_or_default())
    }

    async fn alarm(&self) -> Result<Response> {
        alarm::fire(&self.object).await.map_err(|_| Error::from("the storage failed"))?;
        Response::empty()
    }
}
