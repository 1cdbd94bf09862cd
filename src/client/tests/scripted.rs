//! A transport that answers from a script, counts its own time and keeps what it was asked for.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::client::{
    Account, Client, Endpoint, IdempotencyKey, Phone, Request, Response, Secret, Transport, TransportError,
    TransportErrorKind,
};
use crate::json::Json;
use crate::message::Message;

pub(super) use futures_executor::block_on;

pub(super) const QUEUED: &str = r#"{"success":true,"data":{"msgId":"m-1","chatId":"12025550123@c.us"}}"#;
pub(super) const W05: &str = r#"{"success":false,"message":"Lib not loaded","code":"W05"}"#;

/// What comes of one exchange.
#[derive(Clone)]
pub(super) enum Step {
    Answer(u16, &'static str),
    /// An answer with `Retry-After`.
    Busy(u16, Duration),
    Bytes(u16, &'static [u8]),
    Ends(TransportErrorKind),
    /// An answer that takes so long.
    Late(Duration, u16, &'static str),
}

/// Shared by its clones, so that a test can look at what its client did.
#[derive(Clone, Default)]
pub(super) struct Scripted(Rc<State>);

#[derive(Default)]
struct State {
    steps: RefCell<VecDeque<Step>>,
    requests: RefCell<Vec<Request>>,
    sleeps: RefCell<Vec<Duration>>,
    now: Cell<Duration>,
    /// The abort ends this wait, counted from 0.
    aborted_sleep: Cell<Option<usize>>,
    keys: Cell<u32>,
    random: Cell<f64>,
    no_keys: Cell<bool>,
    under_way: Cell<usize>,
    most_under_way: Cell<usize>,
}

impl Scripted {
    pub(super) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let scripted = Scripted::default();
        scripted.0.steps.borrow_mut().extend(steps);
        scripted.0.random.set(0.5);
        scripted
    }

    /// The given wait is ended by an abort.
    pub(super) fn aborting(self, sleep: usize) -> Self {
        self.0.aborted_sleep.set(Some(sleep));
        self
    }

    /// A host without a source of randomness.
    pub(super) fn without_keys(self) -> Self {
        self.0.no_keys.set(true);
        self
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.0.requests.borrow().clone()
    }

    /// Lets time pass.
    pub(super) fn pass(&self, time: Duration) {
        self.0.now.set(self.0.now.get().saturating_add(time));
    }

    pub(super) fn sleeps(&self) -> Vec<Duration> {
        self.0.sleeps.borrow().clone()
    }

    pub(super) fn most_under_way(&self) -> usize {
        self.0.most_under_way.get()
    }

    /// The values of a header, request by request.
    pub(super) fn sent(&self, name: &str) -> Vec<Option<String>> {
        let value = |request: &Request| request.headers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
        self.0.requests.borrow().iter().map(value).collect()
    }

    pub(super) fn through_proxy(&self) -> Client<Scripted> {
        Client::new(self.clone(), Account::at_proxy("https://edge.example/api/main", "canary-token").unwrap())
    }

    pub(super) fn to_maytapi(&self) -> Client<Scripted> {
        let endpoint = Endpoint::maytapi("p", Secret::new("canary-key").unwrap(), None).unwrap();
        Client::new(self.clone(), endpoint.into())
    }
}

impl Transport for Scripted {
    type Raw = ();

    async fn exchange(&self, request: &Request) -> Result<Response, TransportError> {
        let State { steps, requests, under_way, most_under_way, .. } = &*self.0;
        requests.borrow_mut().push(request.clone());
        let step = steps.borrow_mut().pop_front().expect("the script has ended");
        under_way.set(under_way.get().saturating_add(1));
        most_under_way.set(most_under_way.get().max(under_way.get()));
        NextTurn::default().await;
        under_way.set(under_way.get().saturating_sub(1));
        let response = Response { request_id: Some("r-1".to_owned()), ..Response::default() };
        match step {
            Step::Answer(status, text) => Ok(Response { status, body: text.to_owned().into(), ..response }),
            Step::Busy(status, after) => Ok(Response { status, retry_after: Some(after), ..response }),
            Step::Bytes(status, bytes) => Ok(Response { status, body: bytes.to_vec().into(), ..response }),
            Step::Ends(kind) => Err(kind.into()),
            Step::Late(time, status, text) => {
                self.pass(time);
                Ok(Response { status, body: text.to_owned().into(), ..response })
            }
        }
    }

    async fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        let index = self.0.sleeps.borrow().len();
        self.0.sleeps.borrow_mut().push(duration);
        if self.0.aborted_sleep.get() == Some(index) {
            return Err(TransportErrorKind::Aborted.into());
        }
        if duration == Duration::MAX {
            std::future::pending::<()>().await;
        }
        NextTurn::default().await;
        Ok(())
    }

    fn now(&self) -> Duration {
        self.0.now.get()
    }

    fn random(&self) -> f64 {
        self.0.random.get()
    }

    fn new_idempotency_key(&self) -> Option<IdempotencyKey> {
        self.0.keys.set(self.0.keys.get().saturating_add(1));
        IdempotencyKey::new(&format!("key-{}", self.0.keys.get())).filter(|_| !self.0.no_keys.get())
    }
}

/// Lets others go first, once.
#[derive(Default)]
pub(super) struct NextTurn(bool);

impl Future for NextTurn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

pub(super) fn message(text: &str) -> Message {
    let json = format!(r#"{{"type":"text","toNumber":"12025550123","message":"{text}"}}"#);
    Message::parse(serde_json::from_str::<Json>(&json).unwrap()).unwrap()
}

pub(super) fn phone(client: Client<Scripted>) -> Phone<Scripted> {
    client.phone(1150)
}
