// The template's models.

export class PhoneIdSendMessagePostRequest {
  static discriminator = undefined;
  static mapping = undefined;
  static attributeTypeMap = [
    { name: 'toNumber', baseName: 'to_number', type: 'string', format: '' },
    { name: 'type', baseName: 'type', type: 'PhoneIdSendMessagePostRequestTypeEnum', format: '' },
    { name: 'message', baseName: 'message', type: 'string', format: '' },
    { name: 'text', baseName: 'text', type: 'string', format: '' },
    { name: 'filename', baseName: 'filename', type: 'string', format: '' },
    { name: 'replyTo', baseName: 'reply_to', type: 'string', format: '' },
    { name: 'skipFilter', baseName: 'skip_filter', type: 'boolean', format: '' },
    { name: 'forwardCaption', baseName: 'forward_caption', type: 'boolean', format: '' },
    { name: 'latitude', baseName: 'latitude', type: 'number', format: '' },
    { name: 'longitude', baseName: 'longitude', type: 'number', format: '' },
  ];

  static getAttributeTypeMap() {
    return PhoneIdSendMessagePostRequest.attributeTypeMap;
  }
}

export class SendMessageResponse {
  static discriminator = undefined;
  static mapping = undefined;
  static attributeTypeMap = [
    { name: 'success', baseName: 'success', type: 'boolean', format: '' },
    { name: 'data', baseName: 'data', type: 'SendMessageResponseData', format: '' },
  ];

  static getAttributeTypeMap() {
    return SendMessageResponse.attributeTypeMap;
  }
}

export class SendMessageResponseData {
  static discriminator = undefined;
  static mapping = undefined;
  static attributeTypeMap = [
    { name: 'chatId', baseName: 'chatId', type: 'string', format: '' },
    { name: 'msgId', baseName: 'msgId', type: 'string', format: '' },
  ];

  static getAttributeTypeMap() {
    return SendMessageResponseData.attributeTypeMap;
  }
}
