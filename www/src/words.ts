// How the fields are called on the page. Only words: which fields there are is the package's list, and one without words here shows its own name.

/** What is said about a field. */
export interface Words {
  label: string;
  hint?: string;
  placeholder?: string;
}

/** By `type.field` first, by `field` second. */
const WORDS: Record<string, Words> = {
  toNumber: {
    label: "To",
    hint: "A phone number with its country code, or a WhatsApp id (…@c.us, …@g.us, …@newsletter).",
    placeholder: "+1 202 555 0123",
  },
  replyTo: { label: "In reply to", hint: "The id of the message that is quoted above this one." },
  skipFilter: { label: "Skip the duplicate filter", hint: "Maytapi holds back what it has seen several times already." },
  message: { label: "Message" },
  text: { label: "Caption" },
  filename: { label: "File name", hint: "Under which a document is shown.", placeholder: "menu.pdf" },
  isHd: { label: "High definition" },
  isGif: { label: "Loop like a GIF", hint: "For a short MP4." },
  onlyOne: { label: "Only one answer" },
  forwardCaption: { label: "With its caption" },
  latitude: { label: "Latitude", hint: "−90 to 90", placeholder: "38.8977" },
  longitude: { label: "Longitude", hint: "−180 to 180", placeholder: "-77.0365" },
  productId: { label: "Product id", hint: "As your catalogue gives it." },
  title: { label: "Line above" },
  footer: { label: "Line below" },
  buttons: { label: "Buttons" },
  options: { label: "Options" },
  "text.message": { label: "Text", placeholder: "Good morning!" },
  "media.message": { label: "File" },
  "image.message": { label: "Image" },
  "sticker.message": { label: "Sticker", hint: "A WebP image." },
  "sticker.options": { label: "Size in pixels" },
  "location.text": { label: "What stands beside it", placeholder: "Meet me here" },
  "contact.message": { label: "Whose contact", hint: "A phone number or …@c.us.", placeholder: "+1 202 555 0199" },
  "vcard.message": { label: "Contact card" },
  "link.message": { label: "Link", placeholder: "https://example.com/" },
  "link.text": { label: "Text beside it" },
  "poll.message": { label: "Question", placeholder: "Where shall we have lunch?" },
  "poll.options": { label: "Answers to choose from" },
  "reaction.message": { label: "Emoji" },
  "reaction.replyTo": { label: "On which message", hint: "Its id: the msgId of a send, or the message.id of a webhook." },
  "forward.message": { label: "Which message", hint: "Its id." },
  "edit.message": { label: "New text" },
  "edit.replyTo": { label: "Which message", hint: "The msgId of one of your own." },
  "delete.message": { label: "Which message", hint: "The msgId of one of your own; the recipient above is its chat." },
  "buttons.message": { label: "Text", placeholder: "Shall we confirm your table?" },
};

/** The words for a type's field. */
export function wordsFor(type: string, name: string): Words {
  return WORDS[`${type}.${name}`] ?? WORDS[name] ?? { label: readable(name) };
}

/** `replyTo` as `Reply to`. */
function readable(name: string): string {
  const words = name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
