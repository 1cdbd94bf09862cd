// The template's models/ObjectSerializer.ts.
import { PhoneIdSendMessagePostRequest, SendMessageResponse, SendMessageResponseData } from './models.js';

const primitives = ['string', 'boolean', 'double', 'integer', 'long', 'float', 'number', 'any'];
const enumsMap = new Set(['PhoneIdSendMessagePostRequestTypeEnum']);
const typeMap = { PhoneIdSendMessagePostRequest, SendMessageResponse, SendMessageResponseData };

const parseMimeType = (mimeType) => {
  const [type = '', subtype = ''] = mimeType.split('/');
  return { type, subtype, subtypeTokens: subtype.split('+') };
};
const mimeTypePredicateFactory = (predicate) => (mimeType) => predicate(parseMimeType(mimeType));
const mimeTypeSimplePredicateFactory = (type, subtype) =>
  mimeTypePredicateFactory((descriptor) => {
    if (descriptor.type !== type) return false;
    return subtype != null ? descriptor.subtype === subtype : true;
  });
const isTextLikeMimeType = mimeTypeSimplePredicateFactory('text');
const isJsonMimeType = mimeTypeSimplePredicateFactory('application', 'json');
const isJsonLikeMimeType = mimeTypePredicateFactory((descriptor) => descriptor.type === 'application' && descriptor.subtypeTokens.some((item) => item === 'json'));
const isOctetStreamMimeType = mimeTypeSimplePredicateFactory('application', 'octet-stream');
const isFormUrlencodedMimeType = mimeTypeSimplePredicateFactory('application', 'x-www-form-urlencoded');
const supportedMimeTypePredicatesWithPriority = [isJsonMimeType, isJsonLikeMimeType, isTextLikeMimeType, isOctetStreamMimeType, isFormUrlencodedMimeType];

const nullableSuffix = ' | null';
const optionalSuffix = ' | undefined';
const arrayPrefix = 'Array<';
const arraySuffix = '>';
const mapPrefix = '{ [key: string]: ';
const mapSuffix = '; }';

export class ObjectSerializer {
  static findCorrectType(data, expectedType) {
    if (data == undefined) return expectedType;
    if (primitives.indexOf(expectedType.toLowerCase()) !== -1) return expectedType;
    if (expectedType === 'Date') return expectedType;
    if (enumsMap.has(expectedType)) return expectedType;
    if (!typeMap[expectedType]) return expectedType;
    const discriminatorProperty = typeMap[expectedType].discriminator;
    if (discriminatorProperty == null) return expectedType;
    return data[discriminatorProperty] ?? expectedType;
  }

  static serialize(data, type, format) {
    if (data == undefined) return data;
    if (primitives.indexOf(type.toLowerCase()) !== -1) return data;
    if (type.endsWith(nullableSuffix)) return ObjectSerializer.serialize(data, type.slice(0, -nullableSuffix.length), format);
    if (type.endsWith(optionalSuffix)) return ObjectSerializer.serialize(data, type.slice(0, -optionalSuffix.length), format);
    if (type.startsWith(arrayPrefix)) {
      const subType = type.slice(arrayPrefix.length, -arraySuffix.length);
      return data.map((item) => ObjectSerializer.serialize(item, subType, format));
    }
    if (type.startsWith(mapPrefix)) {
      const subType = type.slice(mapPrefix.length, -mapSuffix.length);
      const transformed = {};
      for (const key in data) transformed[key] = ObjectSerializer.serialize(data[key], subType, format);
      return transformed;
    }
    if (type === 'Date') return format == 'date' ? data.toISOString().slice(0, 10) : data.toISOString();
    if (enumsMap.has(type)) return data;
    if (!typeMap[type]) return data;
    type = this.findCorrectType(data, type);
    const attributeTypes = typeMap[type].getAttributeTypeMap();
    const instance = {};
    for (const attributeType of attributeTypes) {
      instance[attributeType.baseName] = ObjectSerializer.serialize(data[attributeType.name], attributeType.type, attributeType.format);
    }
    return instance;
  }

  static deserialize(data, type, format) {
    type = ObjectSerializer.findCorrectType(data, type);
    if (data == undefined) return data;
    if (primitives.indexOf(type.toLowerCase()) !== -1) return data;
    if (type.endsWith(nullableSuffix)) return ObjectSerializer.deserialize(data, type.slice(0, -nullableSuffix.length), format);
    if (type.endsWith(optionalSuffix)) return ObjectSerializer.deserialize(data, type.slice(0, -optionalSuffix.length), format);
    if (type.startsWith(arrayPrefix)) {
      const subType = type.slice(arrayPrefix.length, -arraySuffix.length);
      return data.map((item) => ObjectSerializer.deserialize(item, subType, format));
    }
    if (type.startsWith(mapPrefix)) {
      const subType = type.slice(mapPrefix.length, -mapSuffix.length);
      const transformed = {};
      for (const key in data) transformed[key] = ObjectSerializer.deserialize(data[key], subType, format);
      return transformed;
    }
    if (type === 'Date') return new Date(data);
    if (enumsMap.has(type)) return data;
    if (!typeMap[type]) return data;
    const instance = new typeMap[type]();
    const attributeTypes = typeMap[type].getAttributeTypeMap();
    for (const attributeType of attributeTypes) {
      const value = ObjectSerializer.deserialize(data[attributeType.baseName], attributeType.type, attributeType.format);
      if (value !== undefined) instance[attributeType.name] = value;
    }
    return instance;
  }

  static normalizeMediaType(mediaType) {
    if (mediaType === undefined) return undefined;
    return (mediaType.split(';')[0] ?? '').trim().toLowerCase();
  }

  static getPreferredMediaType(mediaTypes) {
    if (mediaTypes.length === 0) return 'application/json';
    const normalMediaTypes = mediaTypes.map(ObjectSerializer.normalizeMediaType);
    for (const predicate of supportedMimeTypePredicatesWithPriority) {
      for (const mediaType of normalMediaTypes) {
        if (mediaType != null && predicate(mediaType)) return mediaType;
      }
    }
    throw new Error(`None of the given media types are supported: ${mediaTypes.join(', ')}`);
  }

  static stringify(data, mediaType) {
    if (isTextLikeMimeType(mediaType)) return String(data);
    if (isJsonLikeMimeType(mediaType)) return JSON.stringify(data);
    throw new Error(`The mediaType ${mediaType} is not supported by ObjectSerializer.stringify.`);
  }

  static parse(rawData, mediaType) {
    if (mediaType === undefined) throw new Error('Cannot parse content. No Content-Type defined.');
    if (isTextLikeMimeType(mediaType)) return rawData;
    if (isJsonLikeMimeType(mediaType)) return JSON.parse(rawData);
    throw new Error(`The mediaType ${mediaType} is not supported by ObjectSerializer.parse.`);
  }
}
