// Types of the OpenAPI-generated client's surface; names and shapes are the generator's.

/** Describes a request: its methods are what middlewares may use. */
export class RequestContext {
  constructor(url: string, httpMethod: HttpMethod);
  /** The URL with its query. */
  getUrl(): string;
  setUrl(url: string): void;
  getHttpMethod(): HttpMethod;
  getHeaders(): { [key: string]: string };
  setHeaderParam(key: string, value: string): void;
  getBody(): RequestBody;
  setBody(body: RequestBody): void;
  setQueryParam(name: string, value: string): void;
  appendQueryParam(name: string, value: string): void;
  addCookie(name: string, value: string): void;
  setSignal(signal: AbortSignal | undefined): void;
  getSignal(): AbortSignal | undefined;
}

/** The methods of HTTP. */
export const HttpMethod: {
  readonly GET: "GET";
  readonly HEAD: "HEAD";
  readonly POST: "POST";
  readonly PUT: "PUT";
  readonly DELETE: "DELETE";
  readonly CONNECT: "CONNECT";
  readonly OPTIONS: "OPTIONS";
  readonly TRACE: "TRACE";
  readonly PATCH: "PATCH";
};
export type HttpMethod = keyof typeof HttpMethod;

/** The body of a request; the core's own is a text of JSON. */
export type RequestBody = undefined | string | FormData | URLSearchParams | Blob;

/** The body of an answer. */
export interface ResponseBody {
  text(): Promise<string>;
  binary(): Promise<Blob>;
}

/** Makes a body from bytes, for HTTP libraries of your own. */
export class SelfDecodingBody implements ResponseBody {
  constructor(dataSource: Promise<Blob>);
  text(): Promise<string>;
  binary(): Promise<Blob>;
}

/** An answer, as middlewares see it. */
export class ResponseContext {
  constructor(httpStatusCode: number, headers: { [key: string]: string }, body: ResponseBody);
  httpStatusCode: number;
  /** Names in lower case. */
  headers: { [key: string]: string };
  body: ResponseBody;
  getParsedHeader(headerName: string): { [parameter: string]: string };
  getBodyAsFile(): Promise<File>;
  getBodyAsAny(): Promise<string | Blob | undefined>;
}

export class HttpException extends Error {}

/** What an HTTP library or a middleware returns: a promise, or an observable of the generated client or of RxJS. */
export type Eventual<T> = PromiseLike<T> | { toPromise(): Promise<T | undefined> } | { subscribe(observer: { next(value: T): void; error(error: unknown): void; complete(): void }): unknown };

/** What sends a request; put your own into `httpApi`. */
export interface HttpLibrary {
  send(request: RequestContext): Eventual<ResponseContext>;
}

export interface PromiseHttpLibrary {
  send(request: RequestContext): Promise<ResponseContext>;
}

/** Makes a library whose `send` returns a promise usable as `httpApi`. */
export function wrapHttpLibrary(promiseHttpLibrary: PromiseHttpLibrary): HttpLibrary;

/** The library that is used when none is given: `fetch`, which follows no redirect. */
export class IsomorphicFetchHttpLibrary implements PromiseHttpLibrary {
  send(request: RequestContext): Promise<ResponseContext>;
}

/** Changes requests before they leave and answers before they are read. */
export interface Middleware {
  pre(context: RequestContext): Promise<RequestContext>;
  post(context: ResponseContext): Promise<ResponseContext>;
}

/** The same with observables. */
export interface ObservableMiddleware {
  pre(context: RequestContext): Eventual<RequestContext>;
  post(context: ResponseContext): Eventual<ResponseContext>;
}

export interface BaseServerConfiguration {
  makeRequestContext(endpoint: string, httpMethod: HttpMethod): RequestContext;
}

/** A server by its URL, with variables in braces. */
export class ServerConfiguration<T extends { [key: string]: string }> implements BaseServerConfiguration {
  constructor(url: string, variableConfiguration: T);
  setVariables(variableConfiguration: Partial<T>): void;
  getConfiguration(): T;
  /** The URL with the variables' values. */
  getUrl(): string;
  makeRequestContext(endpoint: string, httpMethod: HttpMethod): RequestContext;
}

/** Maytapi itself: set `product_id` before use. */
export const server1: ServerConfiguration<{ product_id: string }>;
export const servers: ServerConfiguration<{ product_id: string }>[];

export interface SecurityAuthentication {
  getName(): string;
  applySecurityAuthentication(context: RequestContext): void | Promise<void>;
}

/** Sends the key, or the edge proxy's token, in `x-maytapi-key`. */
export class ApiKeyAuthAuthentication implements SecurityAuthentication {
  constructor(apiKey: string);
  getName(): string;
  applySecurityAuthentication(context: RequestContext): void;
}

export interface AuthMethods {
  default?: SecurityAuthentication;
  ApiKeyAuth?: SecurityAuthentication;
}

export interface AuthMethodsConfiguration {
  default?: SecurityAuthentication;
  /** Maytapi's key; with an edge proxy as `baseServer`, its token. */
  ApiKeyAuth?: string;
}

export function configureAuthMethods(config: AuthMethodsConfiguration | undefined): AuthMethods;

export interface Configuration {
  readonly baseServer: BaseServerConfiguration;
  readonly httpApi: HttpLibrary;
  readonly middleware: ObservableMiddleware[];
  readonly authMethods: AuthMethods;
}

/** What one call may set differently. */
export interface ConfigurationOptions extends Partial<Configuration> {
  middlewareMergeStrategy?: "replace" | "append" | "prepend";
}

export interface ConfigurationParameters {
  /** Default: `server1`. */
  baseServer?: BaseServerConfiguration;
  /** Default: `fetch`. */
  httpApi?: HttpLibrary;
  middleware?: ObservableMiddleware[];
  promiseMiddleware?: Middleware[];
  authMethods?: AuthMethodsConfiguration;
}

export function createConfiguration(conf?: ConfigurationParameters): Configuration;

/** How a call fails. `cause` is the typed error of `maytapi`, which says whether sending again is safe. */
export class ApiException<T = string | undefined> extends Error {
  constructor(code: number, message: string, body: T, headers: { [key: string]: string }, options?: { cause?: unknown });
  /** The HTTP status; 200 where Maytapi said no with it, 0 where no answer came or nothing was sent. */
  code: number;
  /** The text of the answer. */
  body: T;
  headers: { [key: string]: string };
  readonly cause?: unknown;
}

/** A parameter that is needed is missing. */
export class RequiredError extends Error {
  constructor(api: string, method: string, field: string);
  api: string;
  method: string;
  field: string;
}

export type PhoneIdSendMessagePostRequestTypeEnum =
  | "text"
  | "media"
  | "vcard"
  | "contact"
  | "forward"
  | "delete"
  | "reaction"
  | "link"
  | "edit"
  | "location";

interface Attribute {
  name: string;
  baseName: string;
  type: string;
  format: string;
}

/** A message; which fields it needs depends on its type. */
export class PhoneIdSendMessagePostRequest {
  toNumber?: string;
  message?: unknown;
  type?: PhoneIdSendMessagePostRequestTypeEnum;
  text?: string;
  filename?: string;
  skipFilter?: boolean;
  forwardCaption?: boolean;
  replyTo?: string;
  latitude?: number;
  longitude?: number;
  static readonly discriminator: string | undefined;
  static readonly attributeTypeMap: Attribute[];
  static getAttributeTypeMap(): Attribute[];
}

export class SendMessageResponseData {
  chatId?: string;
  msgId?: string;
  static getAttributeTypeMap(): Attribute[];
}

export class SendMessageResponse {
  success?: boolean;
  data?: SendMessageResponseData;
  static getAttributeTypeMap(): Attribute[];
}

export interface MessageSendingOperationsApiPhoneIdSendMessagePostRequest {
  /** Maytapi's number of the phone. */
  phoneId: string;
  phoneIdSendMessagePostRequest: PhoneIdSendMessagePostRequest;
}

/** A result with the answer that it came from. */
export interface HttpInfo<T> {
  httpStatusCode: number;
  headers: { [key: string]: string };
  body: ResponseBody | undefined;
  data: T;
}

/** Sends messages. Every method takes one object, as the generated documentation shows, or its parameters one by one. */
export class MessageSendingOperationsApi {
  constructor(configuration: Configuration);

  /**
   * Puts a message into the phone's queue.
   *
   * @throws {ApiException} When the message is wrong, no answer came, or the answer says no (with HTTP 200 as well).
   * @throws {RequiredError} When a parameter is missing.
   */
  phoneIdSendMessagePost(param: MessageSendingOperationsApiPhoneIdSendMessagePostRequest, options?: ConfigurationOptions): Promise<SendMessageResponse>;
  phoneIdSendMessagePost(phoneId: string, phoneIdSendMessagePostRequest: PhoneIdSendMessagePostRequest, options?: ConfigurationOptions): Promise<SendMessageResponse>;

  /** The same with the answer's status and headers. */
  phoneIdSendMessagePostWithHttpInfo(param: MessageSendingOperationsApiPhoneIdSendMessagePostRequest, options?: ConfigurationOptions): Promise<HttpInfo<SendMessageResponse>>;
  phoneIdSendMessagePostWithHttpInfo(phoneId: string, phoneIdSendMessagePostRequest: PhoneIdSendMessagePostRequest, options?: ConfigurationOptions): Promise<HttpInfo<SendMessageResponse>>;
}

export type StatusEnum = "active" | "qr-code" | "phone-error" | "idle" | "loading" | "disabled";

/** One of the account's phones. Members that newer answers have are kept, in camelCase. */
export interface PhoneObj {
  id?: number;
  number?: string;
  status?: StatusEnum;
}

export interface LogObj {
  id?: number;
  pid?: string;
  phone?: string;
  createdAt?: string;
  updatedAt?: string;
  type?: "incoming" | "outgoing" | "error";
  /** As Maytapi sent it. */
  data?: object;
}

export interface LogsGet200Response {
  success?: boolean;
  data?: { count?: string; list?: LogObj[] };
}

export interface PhoneIdQueueGet200Response {
  success?: boolean;
  stats?: { sending?: number };
}

export interface SubStatus {
  loggedIn?: boolean;
  isQr?: boolean;
  loading?: boolean;
  canSend?: boolean;
  state?: { state?: string; substate?: string };
  message?: string;
}

export interface Status {
  success?: boolean;
  status?: SubStatus;
  number?: string;
}

export interface PhoneIdCatalogGet200Response {
  success?: boolean;
  /** Products, as WhatsApp describes them. */
  data?: object[];
}

/** A parameter object of a call about one phone. */
export interface PhoneIdParameter {
  phoneId: string;
}

/** Reads about the account. */
export class AccountInformationRetrievalApi {
  constructor(configuration: Configuration);
  listPhonesGet(options?: ConfigurationOptions): Promise<PhoneObj[]>;
  logsGet(options?: ConfigurationOptions): Promise<LogsGet200Response>;
}

/** How many messages wait. */
export class QueueOperationsApi {
  constructor(configuration: Configuration);
  phoneIdQueueGet(phoneId: string | PhoneIdParameter, options?: ConfigurationOptions): Promise<PhoneIdQueueGet200Response>;
}

/** Whether a phone is connected, and what it shows. */
export class SessionInformationGettersApi {
  constructor(configuration: Configuration);
  /** The picture, which the generated client threw away. */
  phoneIdScreenGet(phoneId: string | PhoneIdParameter, options?: ConfigurationOptions): Promise<File>;
  phoneIdStatusGet(phoneId: string | PhoneIdParameter, options?: ConfigurationOptions): Promise<Status>;
}

/** The products that can be sent. */
export class BusinessCatalogBetaApi {
  constructor(configuration: Configuration);
  phoneIdCatalogGet(phoneId: string | PhoneIdParameter, options?: ConfigurationOptions): Promise<PhoneIdCatalogGet200Response>;
}
