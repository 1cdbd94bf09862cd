//! The Durable Object's class: what the runtime calls, and the RPCs that the Worker calls.

use std::cell::OnceCell;
use std::panic::{AssertUnwindSafe, RefUnwindSafe};
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
use super::store::StorageFailed;
use super::{alarm, sender};
use crate::http::problem::Problem;

/// A phone's object. entry.js holds it in a class that the runtime lets be called.
#[durable_object(alarm)]
#[allow(missing_debug_implementations)]
pub struct Phone {
    state: Rc<State>,
    object: OnceCell<Rc<Object>>,
}

/// What a panic may leave half done here is nothing: the cell is set once, with what is whole.
impl RefUnwindSafe for Phone {}

/// The RPCs.
#[wasm_bindgen]
impl Phone {
    /// Takes a claim and a message; the promise is fulfilled with a [`super::claim::SendReply`] as JSON.
    pub fn send(&self, claim: String, message: Uint8Array) -> Promise {
        let opened = self.object();
        let sending = future_to_promise(AssertUnwindSafe(async move {
            let send_reply = match &opened {
                Ok(object) => sender::answer(object, &claim, &message).await,
                Err(StorageFailed) => sender::storage_failed(),
            };
            // Strings and numbers can always be written.
            Ok(serde_json::to_string(&send_reply).unwrap_or_default().into())
        }));
        // A caller that hangs up takes nothing away from a send that has begun. `State::wait_until` would make another promise of it.
        let _registered = self.state.as_raw().wait_until(&sending);
        sending
    }

    /// Answers a question about its feed or its batches, where it is told its own name; the promise is fulfilled with a text, or a marked
    /// [`super::claim::Failed`].
    pub fn ask(&self, name: String, question: String) -> Promise {
        let opened = self.object();
        future_to_promise(AssertUnwindSafe(async move {
            let answered = match &opened {
                Err(StorageFailed) => Err(Problem::from(StorageFailed)),
                Ok(object) if BatchAsk::is_one(&question) => batches::answer::answer(object, &name, &question).await,
                Ok(object) => answer(object, &name, &question).await,
            };
            Ok(answered.unwrap_or_else(|problem| Failed::from(&problem).marked()).into())
        }))
    }

    /// Accepts a live socket; the promise is fulfilled with the response that has it.
    pub fn accept(&self, name: String, dial: String) -> Promise {
        let opened = self.object();
        future_to_promise(AssertUnwindSafe(async move {
            let object = opened.map_err(|StorageFailed| JsValue::NULL)?;
            let dial = Dial::parse(&dial).ok_or(JsValue::NULL)?;
            let viewer = viewer(&object, &name, &dial.follower).await.map_err(|_| JsValue::NULL)?;
            let response = sockets::accept(&object, &dial, &viewer);
            // Where this fails, the next event tries again.
            let _set = alarm::ensure(&object).await;
            Ok(response)
        }))
    }

    /// Whether its storage answers (1), and whether webhooks should have come that did not (2).
    #[wasm_bindgen(js_name = health)]
    pub fn health(&self) -> u32 {
        match self.object() {
            Ok(object) if object.store.is_healthy() => {
                if is_silent(&object).unwrap_or_default() {
                    2
                } else {
                    1
                }
            }
            _ => 0,
        }
    }
}

impl Phone {
    /// The object, once its storage is open. Without it nothing is known of what was sent, so nothing is done; each call asks it again.
    fn object(&self) -> Result<Rc<Object>, StorageFailed> {
        if let Some(object) = self.object.get() {
            return Ok(Rc::clone(object));
        }
        let object = Rc::new(Object::open(Rc::clone(&self.state))?);
        if object.store.has_open_batches().unwrap_or_default() {
            let waking = Rc::clone(&object);
            // Whatever became of the alarm of the process before this one, what its rows wait for is due.
            object.spawn(Box::pin(async move {
                // Where these fail, the next event or the alarm tries again.
                let _abandoned = batches::run::abandon(&waking);
                let _set = alarm::set(&waking).await;
            }));
        }
        Ok(Rc::clone(self.object.get_or_init(|| object)))
    }
}

impl DurableObject for Phone {
    fn new(state: State, _env: Env) -> Self {
        let phone = Phone { state: Rc::new(state), object: OnceCell::new() };
        // Where this fails, the first call tries again.
        let _opened = phone.object();
        phone
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
        let failed = |StorageFailed| Error::from("the storage failed");
        let object = self.object().map_err(failed)?;
        alarm::fire(&object).await.map_err(failed)?;
        Response::empty()
    }
}
