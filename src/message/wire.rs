//! Writes a message as exactly the JSON that Maytapi reads.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::kind::wire_name;
use super::{Content, Message};

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = Body(serializer.serialize_map(None)?);
        body.put("toNumber", &self.to)?;
        body.put("type", self.type_name())?;
        match &self.content {
            Content::Text { message } => body.put("message", message)?,
            Content::Media { file, caption, filename, is_hd, is_gif } => {
                body.put("message", file)?;
                body.maybe("text", caption.as_ref())?;
                body.maybe("filename", filename.as_ref())?;
                body.maybe("isHd", is_hd.as_ref())?;
                body.maybe("isGif", is_gif.as_ref())?;
            }
            Content::Image { file, caption } => {
                body.put("message", file)?;
                body.maybe("text", caption.as_ref())?;
            }
            Content::Sticker { file, size } => {
                body.put("message", file)?;
                body.maybe("options", size.as_ref())?;
            }
            Content::Location { latitude, longitude, label } => {
                body.put("latitude", latitude)?;
                body.put("longitude", longitude)?;
                body.maybe("text", label.as_ref())?;
            }
            Content::Contact { user_jid } => body.put("message", user_jid)?,
            Content::Vcard { card } => body.put("message", card)?,
            Content::Link { url, text } => {
                body.put("message", url)?;
                body.maybe("text", text.as_ref())?;
            }
            Content::Poll { question, options, only_one } => {
                body.put("message", question)?;
                body.put("options", options)?;
                body.maybe("onlyOne", only_one.as_ref())?;
            }
            Content::Reaction { emoji, target } => {
                body.put("message", emoji)?;
                body.put("replyTo", target)?;
            }
            Content::Forward { message_id, caption } => {
                body.put("message", message_id)?;
                body.maybe("forwardCaption", caption.as_ref())?;
            }
            Content::Edit { message, target } => {
                body.put("message", message)?;
                body.put("replyTo", target)?;
            }
            Content::Delete { message_id } => body.put("message", message_id)?,
            Content::Product { product_id } => body.put("productId", product_id)?,
            Content::Buttons { message, buttons, title, footer } => {
                body.maybe("title", title.as_ref())?;
                body.put("message", message)?;
                body.maybe("footer", footer.as_ref())?;
                body.put("buttons", buttons)?;
            }
            Content::Raw { fields, .. } => {
                for (name, value) in fields.as_slice() {
                    body.0.serialize_entry(name, value)?;
                }
            }
        }
        body.maybe("replyTo", self.reply_to.as_ref())?;
        body.maybe("skipFilter", self.skip_filter.as_ref())?;
        body.0.end()
    }
}

/// The members of the body, named as in JavaScript and written as on the wire.
struct Body<M>(M);

impl<M: SerializeMap> Body<M> {
    fn put<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), M::Error> {
        self.0.serialize_entry(wire_name(name), value)
    }

    fn maybe<T: Serialize + ?Sized>(&mut self, name: &'static str, value: Option<&T>) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.put(name, value))
    }
}
