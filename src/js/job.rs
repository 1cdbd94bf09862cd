//! One request under way: what it waits for, and what follows from what came.
//!
//! It waits by promises: what comes next is the callback of what came before. As a future it went through an executor with a queue
//! and two microtasks for each wait, a fifth of a small send's time and a twentieth of the module.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

use super::client::no_phone;
use super::output;
use super::settings::{Request, Settings};
use crate::client::{
    Attempts, Call, Endpoint, ErrorKind, Failure, Found, Next, Outcome, Repeat, Target, found, host, read_call,
    send_call, sent, start_asking, start_exchange, waited,
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
    attempts: Attempts,
    step: Step,
}

/// What a request waits for.
enum Step {
    /// The caller's function, for a token.
    Token,
    /// The answer from here.
    Answer(Rc<Target>),
    /// The time of the next try.
    Time,
}

/// How far a request is.
enum Progress {
    Waits(Promise),
    Done(JsValue),
}

impl Job {
    pub(super) fn new(settings: &Rc<Settings>, operation: Operation, request: Request) -> Self {
        // Through a proxy every send has a key; Maytapi itself knows none, so there a lost answer is never asked for again.
        let repeat = match operation {
            Operation::Send(_) if request.options.idempotency_key.is_none() => Repeat::WhenNothingHappened,
            _ => Repeat::Always,
        };
        let may_ask_again = settings.token_function().is_some();
        let attempts = Attempts { repeat, max_retries: request.max_retries, retries: 0, may_ask_again };
        Job { settings: Rc::clone(settings), operation, request, attempts, step: Step::Time }
    }

    /// Runs to its end: a promise, or what was thrown before there was one.
    pub(super) fn run(mut self: Box<Self>) -> Result<JsValue, JsValue> {
        let progress = self.begin();
        self.go_on(progress)
    }

    fn go_on(mut self: Box<Self>, progress: Result<Progress, Failure>) -> Result<JsValue, JsValue> {
        match progress {
            Ok(Progress::Waits(promise)) => {
                let then = Closure::once_into_js(move |outcome: Outcome| {
                    let progress = self.proceed(outcome);
                    self.go_on(progress)
                });
                // A promise that gives a promise takes that one's result for its own.
                Ok(host::afterwards(&promise, &then).into())
            }
            Ok(Progress::Done(value)) => self.finish(Ok(value)),
            Err(failure) => self.finish(Err(failure)),
        }
    }

    /// Begins a try: with the token that there is, or by asking for one.
    fn begin(&mut self) -> Result<Progress, Failure> {
        match self.settings.token_function() {
            Some(function) => {
                self.step = Step::Token;
                Ok(Progress::Waits(start_asking(function, &self.request.options)))
            }
            None => self.exchange(None),
        }
    }

    fn exchange(&mut self, token: Option<&JsValue>) -> Result<Progress, Failure> {
        let target = self.settings.target(token)?;
        let call = self.call(&target.endpoint)?;
        let promise = start_exchange(self.settings.fetch.as_ref(), &target, &call, &self.request.options);
        self.step = Step::Answer(target);
        Ok(Progress::Waits(promise))
    }

    fn call(&self, endpoint: &Endpoint) -> Result<Call, Failure> {
        match (&self.operation, &self.request.phone) {
            (Operation::Send(message), Some(phone)) => Ok(send_call(endpoint, phone, message)),
            (Operation::Send(_), None) => Err(no_phone()),
            (Operation::Ask(read, body), phone) => Ok(read_call(endpoint, *read, phone.as_ref(), body.as_deref())),
        }
    }

    /// Goes on with what came of the wait.
    fn proceed(&mut self, outcome: Outcome) -> Result<Progress, Failure> {
        let came = waited(outcome);
        let progress = match std::mem::replace(&mut self.step, Step::Time) {
            Step::Token => came.map_err(without_token).and_then(|outcome| self.exchange(Some(&outcome.value()))),
            Step::Answer(target) => came.and_then(|outcome| self.read(&outcome, &target.endpoint)).map(Progress::Done),
            Step::Time => match came {
                Err(failure) if failure.error.kind == ErrorKind::Aborted => return Err(failure),
                _ => self.begin(),
            },
        };
        progress.or_else(|failure| self.try_again(failure))
    }

    /// What the answer says, as JavaScript gets it.
    fn read(&self, outcome: &Outcome, endpoint: &Endpoint) -> Result<JsValue, Failure> {
        match &self.operation {
            Operation::Send(_) => {
                let queued = sent(outcome, endpoint)?;
                Ok(host::queued(&queued.msg_id, queued.chat_id.as_deref(), outcome))
            }
            Operation::Ask(read, _) => match found(*read, outcome, endpoint)? {
                Found::Picture(bytes) => Ok(bytes.into()),
                Found::Data(data) => output::plain(&data).map_err(output::unhandable),
            },
        }
    }

    fn try_again(&mut self, failure: Failure) -> Result<Progress, Failure> {
        match self.attempts.after(&failure.error, js_sys::Math::random()) {
            Next::GiveUp => Err(failure),
            Next::AskForToken => self.begin(),
            Next::Wait(ms) => {
                self.settings.logger.waiting(&failure.error, ms);
                Ok(Progress::Waits(host::sleep(ms, self.request.options.signal.as_ref())))
            }
        }
    }

    /// Tells the logger and the caller. A failed send carries its idempotency key, with which the caller may try once more.
    fn finish(&self, result: Result<JsValue, Failure>) -> Result<JsValue, JsValue> {
        if let Operation::Send(message) = &self.operation {
            self.settings.logger.finished(message.type_name(), result.as_ref().err().map(|failure| &*failure.error));
        }
        result.map_err(|mut failure| {
            let key = self.request.options.idempotency_key.as_ref();
            failure.error.idempotency_key = key.map(|key| key.as_str().to_owned());
            output::thrown(failure)
        })
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
