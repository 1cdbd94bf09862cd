// @ts-check
// The models of the generated client: classes whose fields are all optional, with the names that stand on the wire.

/** @typedef {{ name: string, baseName: string, type: string, format: string }} Attribute */

/**
 * @param {string} name
 * @param {string} baseName
 * @param {string} type
 * @returns {Attribute}
 */
const attribute = (name, baseName, type) => ({ name, baseName, type, format: "" });

export class PhoneIdSendMessagePostRequest {
  /** @type {undefined} */
  static discriminator = undefined;

  /** @type {Attribute[]} */
  static attributeTypeMap = [
    attribute("toNumber", "to_number", "string"),
    attribute("message", "message", "any"),
    attribute("type", "type", "PhoneIdSendMessagePostRequestTypeEnum"),
    attribute("text", "text", "string"),
    attribute("filename", "filename", "string"),
    attribute("skipFilter", "skip_filter", "boolean"),
    attribute("forwardCaption", "forward_caption", "boolean"),
    attribute("replyTo", "reply_to", "string"),
    attribute("latitude", "latitude", "number"),
    attribute("longitude", "longitude", "number"),
  ];

  static getAttributeTypeMap() {
    return PhoneIdSendMessagePostRequest.attributeTypeMap;
  }
}

export class SendMessageResponse {
  /** @type {boolean | undefined} */
  success;
  /** @type {SendMessageResponseData | undefined} */
  data;

  static getAttributeTypeMap() {
    return [attribute("success", "success", "boolean"), attribute("data", "data", "SendMessageResponseData")];
  }
}

export class SendMessageResponseData {
  /** @type {string | undefined} */
  chatId;
  /** @type {string | undefined} */
  msgId;

  static getAttributeTypeMap() {
    return [attribute("chatId", "chatId", "string"), attribute("msgId", "msgId", "string")];
  }
}
