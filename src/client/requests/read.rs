//! Questions to an account, and the methods that ask them.

use super::report::{CheckedNumber, Logs, PhoneInfo, PhoneStatus};
use crate::answer::Unreadable;
use crate::client::attempts::Call;
use crate::client::decode::Answered;
use crate::client::endpoint::PhoneId;
use crate::client::error::Error;
use crate::client::handles::{Client, Phone};
use crate::client::json_text;
use crate::client::transport::{Body, Response, Transport};
use crate::json::{Json, Object};
use crate::message::Recipient;
use crate::reads::Read;

impl<T: Transport> Client<T> {
    /// The account's phones.
    ///
    /// # Errors
    /// When the answer is a refusal or can't be read, or none comes.
    pub async fn list_phones(&self) -> Result<Vec<PhoneInfo>, Error> {
        Ok(list(&self.data(Read::ListPhones, None, None).await?, PhoneInfo::from_json))
    }

    /// The account's log, newest first.
    ///
    /// # Errors
    /// When the answer is a refusal or can't be read, or none comes.
    pub async fn logs(&self) -> Result<Logs, Error> {
        Ok(Logs::from_json(&self.data(Read::Logs, None, None).await?))
    }

    /// Any question, of a phone where it is about one.
    pub(crate) fn question(&self, read: Read, phone: Option<&PhoneId>, body: Option<&Json>) -> Call {
        let endpoint = self.account.endpoint();
        let url = match phone.filter(|_| read.is_of_phone()) {
            Some(phone) => endpoint.url(phone, read.as_str()),
            None => endpoint.account_url(read.as_str()),
        };
        Call::read(url, read, body.map(json_text::write), self.settings)
    }

    async fn data(&self, read: Read, phone: Option<&PhoneId>, body: Option<&Json>) -> Result<Json, Error> {
        match self.run(self.question(read, phone, body)).await? {
            (Answered::Data(data), _) => Ok(data),
            (Answered::Queued(_) | Answered::Picture, response) => Err(self.of_another_kind(&response)),
        }
    }

    /// The error of an answer that is to another question.
    pub(crate) fn of_another_kind<R>(&self, response: &Response<R>) -> Error {
        Error::unreadable(self.account.endpoint(), response, Unreadable::UnknownShape)
    }
}

impl<T: Transport> Phone<T> {
    /// Whether the phone is connected.
    ///
    /// # Errors
    /// When the answer is a refusal or can't be read, or none comes.
    pub async fn status(&self) -> Result<PhoneStatus, Error> {
        Ok(PhoneStatus::from_json(&self.data(Read::Status, None).await?))
    }

    /// How many messages wait to be sent.
    ///
    /// # Errors
    /// When the answer is a refusal or can't be read, or none comes.
    pub async fn queue(&self) -> Result<i64, Error> {
        let queue = self.data(Read::Queue, None).await?;
        Ok(queue.get("sending").and_then(Json::to_int).unwrap_or_default())
    }

    /// A picture of the phone's WhatsApp, as PNG.
    ///
    /// # Errors
    /// When the answer is a refusal or no picture, or none comes.
    pub async fn screen(&self) -> Result<Vec<u8>, Error> {
        match self.client.run(self.client.question(Read::Screen, Some(&self.id), None)).await? {
            (Answered::Picture, Response { body: Body::Bytes(bytes), .. }) => Ok(bytes),
            (_, response) => Err(self.client.of_another_kind(&response)),
        }
    }

    /// The phone's WhatsApp catalogue, as Maytapi describes each product.
    ///
    /// # Errors
    /// When the answer is a refusal or can't be read, or none comes.
    pub async fn catalog(&self) -> Result<Vec<Json>, Error> {
        Ok(list(&self.data(Read::Catalog, None).await?, Json::clone))
    }

    /// Which numbers are on WhatsApp.
    ///
    /// # Errors
    /// When a number is none, the answer is a refusal or can't be read, or none comes.
    pub async fn check_phones<N: AsRef<str>>(
        &self,
        numbers: impl IntoIterator<Item = N>,
    ) -> Result<Vec<CheckedNumber>, Error> {
        let mut digits = Vec::new();
        for number in numbers {
            digits.push(phone_number(number.as_ref())?);
        }
        let body = numbers_body(digits);
        Ok(list(&self.data(Read::CheckPhones, Some(&body)).await?, CheckedNumber::from_json))
    }

    async fn data(&self, read: Read, body: Option<&Json>) -> Result<Json, Error> {
        self.client.data(read, Some(&self.id), body).await
    }
}

/// The body of `checkPhones`, from numbers of digits alone.
pub(crate) fn numbers_body(digits: Vec<Json>) -> Json {
    let mut body = Object::default();
    body.set("numbers", Json::Array(digits));
    body.into()
}

/// A phone number's digits, from any common spelling.
pub(crate) fn phone_number(number: &str) -> Result<Json, Error> {
    let recipient = Recipient::parse(number).ok();
    let digits = recipient.as_ref().and_then(Recipient::phone_number).map(Json::from);
    let advice = "give phone numbers with 7 to 15 digits, country code first";
    digits.ok_or_else(|| Error::invalid_option("numbers", advice))
}

fn list<O>(data: &Json, read: fn(&Json) -> O) -> Vec<O> {
    match data {
        Json::Array(items) => items.iter().map(read).collect(),
        _ => Vec::new(),
    }
}
