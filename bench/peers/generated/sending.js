// The template's apis/baseapi.ts, apis/exception.ts and apis/MessageSendingOperationsApi.ts.
import { HttpMethod } from './http.js';
import { ObjectSerializer } from './object-serializer.js';

export class RequiredError extends Error {
  constructor(api, method, field) {
    super(`Required parameter ${field} was null or undefined when calling ${api}.${method}.`);
    this.name = 'RequiredError';
  }
}

export class ApiException extends Error {
  constructor(code, message, body, headers) {
    super(`HTTP-Code: ${code}\nMessage: ${message}\nBody: ${JSON.stringify(body)}\nHeaders: ${JSON.stringify(headers)}`);
    Object.assign(this, { code, body, headers });
  }
}

export class HttpInfo {
  constructor(httpStatusCode, headers, body, data) {
    Object.assign(this, { httpStatusCode, headers, body, data });
  }
}

export class MessageSendingOperationsApiRequestFactory {
  constructor(configuration) {
    this.configuration = configuration;
  }

  async phoneIdSendMessagePost(phoneId, phoneIdSendMessagePostRequest, options) {
    const config = options || this.configuration;
    if (phoneId === null || phoneId === undefined) throw new RequiredError('MessageSendingOperationsApi', 'phoneIdSendMessagePost', 'phoneId');
    if (phoneIdSendMessagePostRequest === null || phoneIdSendMessagePostRequest === undefined) {
      throw new RequiredError('MessageSendingOperationsApi', 'phoneIdSendMessagePost', 'phoneIdSendMessagePostRequest');
    }
    const path = '/{phone_id}/sendMessage'.replace('{phone_id}', encodeURIComponent(String(phoneId)));
    const requestContext = config.baseServer.makeRequestContext(path, HttpMethod.POST);
    requestContext.setHeaderParam('Accept', 'application/json, */*;q=0.8');
    const contentType = ObjectSerializer.getPreferredMediaType(['application/json']);
    requestContext.setHeaderParam('Content-Type', contentType);
    const serializedBody = ObjectSerializer.stringify(ObjectSerializer.serialize(phoneIdSendMessagePostRequest, 'PhoneIdSendMessagePostRequest', ''), contentType);
    requestContext.setBody(serializedBody);
    let authMethod = config.authMethods['ApiKeyAuth'];
    if (authMethod?.applySecurityAuthentication) await authMethod.applySecurityAuthentication(requestContext);
    const defaultAuth = options?.authMethods?.default || this.configuration?.authMethods?.default;
    if (defaultAuth?.applySecurityAuthentication) await defaultAuth.applySecurityAuthentication(requestContext);
    return requestContext;
  }
}

export class MessageSendingOperationsApiResponseProcessor {
  async phoneIdSendMessagePostWithHttpInfo(response) {
    const contentType = ObjectSerializer.normalizeMediaType(response.headers['content-type']);
    if (isCodeInRange('200', response.httpStatusCode)) {
      const body = ObjectSerializer.deserialize(ObjectSerializer.parse(await response.body.text(), contentType), 'SendMessageResponse', '');
      return new HttpInfo(response.httpStatusCode, response.headers, response.body, body);
    }
    throw new ApiException(response.httpStatusCode, 'Unknown API Status Code!', await response.getBodyAsAny(), response.headers);
  }
}

function isCodeInRange(codeRange, code) {
  if (codeRange === '0') return true;
  if (codeRange == code.toString()) return true;
  const codeString = code.toString();
  if (codeString.length != codeRange.length) return false;
  for (let i = 0; i < codeString.length; i++) {
    if (codeRange.charAt(i) != 'X' && codeRange.charAt(i) != codeString.charAt(i)) return false;
  }
  return true;
}
