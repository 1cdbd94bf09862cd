//! One request under way: what it waits for, and what follows from what came.
//!
//! It waits by promises: what comes next is the callback of what came before. As a future it went through an executor with a queue
//! and two microtasks for each wait, a fifth of a small send's time and a twentieth of the module.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::JsValue;

use super::client::no_phone;
use super::output;
use super::settings::{Request, Settings};
use super::waiting::wait;
use crate::client::{
    Attempts, Call, Endpoint, Error, ErrorKind, Failure, Found, Next, Outcome, Repeat, Target, found, host, read_call,
    send_call, sent, start_asking, start_exchange, start_sleep, waited,
};
use crate::message::Message;
use crate::reads::Read;

/// What is asked of the account.
pub(super) enum Operation {
    Send(Message),
    Ask(Read, Option<String>),
}

/// A request with all its tries.
pub(super) struct Job {
    settings: Rc<Settings>,
    operation: Operation,
    request: Request,
    attempts: Cell<Attempts>,
}

/// What a request waits for.
pub(super) enum Step {
    /// The caller's function, for a token.
    Token,
    /// The answer from here.
    Answer(Rc<Target>),
    /// The time of the next try.
    Time,
}

impl Job {
    pub(super) fn new(settings: &Rc<Settings>, operation: Operation, request: Request) -> Rc<Self> {
        // Through a proxy every send has a key; Maytapi itself knows none, so there a lost answer is never asked for again.
        let repeat = match operation {
            Operation::Send(_) if request.options.idempotency_key.is_none() => Repeat::WhenNothingHappened,
            _ => Repeat::Always,
        };
        let may_ask_again = settings.token_function().is_some();
        let attempts = Attempts { repeat, max_retries: request.max_retries, retries: 0, may_ask_again };
        Rc::new(Job { settings: Rc::clone(settings), operation, request, attempts: Cell::new(attempts) })
    }

    /// Runs to its end, of which the promise tells.
    pub(super) fn run(self: Rc<Self>) -> Result<Promise, JsValue> {
        self.begin().map_err(|failure| self.failed(failure))
    }

    /// Begins a try: with the token that there is, or by asking for one.
    fn begin(self: &Rc<Self>) -> Result<Promise, Failure> {
        match self.settings.token_function() {
            Some(function) => Ok(wait(self, Step::Token, |then| start_asking(function, &self.request.options, then))),
            None => self.exchange(None),
        }
    }

    fn exchange(self: &Rc<Self>, token: Option<&str>) -> Result<Promise, Failure> {
        let target = self.settings.target(token)?;
        let call = self.call(&target.endpoint)?;
        let step = Step::Answer(Rc::clone(&target));
        let fetch = self.settings.fetch.as_ref();
        Ok(wait(self, step, |then| start_exchange(fetch, &target, &call, &self.request.options, then)))
    }

    /// Goes on with what came of the wait: to the next wait, or to what the request comes to. A promise that gives a promise takes that
    /// one's result for its own.
    pub(super) fn proceed(self: &Rc<Self>, step: Step, outcome: Outcome) -> Result<JsValue, JsValue> {
        let came = waited(outcome);
        let next = match step {
            Step::Token => came.map_err(without_token).and_then(|outcome| self.exchange(Some(outcome.text()))),
            Step::Answer(target) => match came.and_then(|outcome| self.read(&outcome, &target.endpoint)) {
                Ok(value) => {
                    self.log(None);
                    return Ok(value);
                }
                Err(failure) => Err(failure),
            },
            Step::Time => match came {
                Err(failure) if failure.error.kind == ErrorKind::Aborted => return Err(self.failed(failure)),
                _ => self.begin(),
            },
        };
        let next = next.or_else(|failure| self.try_again(failure));
        next.map(JsValue::from).map_err(|failure| self.failed(failure))
    }

    fn call(&self, endpoint: &Endpoint) -> Result<Call, Failure> {
        match (&self.operation, &self.request.phone) {
            (Operation::Send(message), Some(phone)) => Ok(send_call(endpoint, phone, message)),
            (Operation::Send(_), None) => Err(no_phone()),
            (Operation::Ask(read, body), phone) => Ok(read_call(endpoint, *read, phone.as_ref(), body.as_deref())),
        }
    }

    /// What the answer says, as JavaScript gets it.
    fn read(&self, outcome: &Outcome, endpoint: &Endpoint) -> Result<JsValue, Failure> {
        match &self.operation {
            Operation::Send(_) => {
                let queued = sent(outcome, endpoint)?;
                Ok(host::queued(&queued.msg_id, queued.chat_id.as_deref(), outcome.came()))
            }
            Operation::Ask(read, _) => match found(*read, outcome, endpoint)? {
                Found::Picture(bytes) => Ok(bytes.into()),
                Found::Data(data) => output::plain(&data).map_err(output::unhandable),
            },
        }
    }

    fn try_again(self: &Rc<Self>, failure: Failure) -> Result<Promise, Failure> {
        let mut attempts = self.attempts.get();
        let next = attempts.after(&failure.error, js_sys::Math::random());
        self.attempts.set(attempts);
        match next {
            Next::GiveUp => Err(failure),
            Next::AskForToken => self.begin(),
            Next::Wait(ms) => {
                self.settings.logger.waiting(&failure.error, ms);
                Ok(wait(self, Step::Time, |then| start_sleep(ms, &self.request.options, then)))
            }
        }
    }

    /// The failure as the caller gets it. It carries its idempotency key, with which the caller may try once more.
    fn failed(&self, mut failure: Failure) -> JsValue {
        self.log(Some(&failure.error));
        let key = self.request.options.idempotency_key.as_ref();
        failure.error.idempotency_key = key.map(|key| key.as_str().to_owned());
        output::thrown(failure)
    }

    fn log(&self, error: Option<&Error>) {
        if let Operation::Send(message) = &self.operation {
            self.settings.logger.finished(message.type_name(), error);
        }
    }
}

fn without_token(failure: Failure) -> Failure {
    match failure.error.kind {
        ErrorKind::Connection => {
            let message = "The token function failed; nothing was sent.";
            Failure::new(ErrorKind::Authentication, "no_token", message, failure.cause)
        }
        _ => failure,
    }
}
