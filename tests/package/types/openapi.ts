// Code as people wrote it against the generated client: it compiles with only its import changed.
import { ApiException, createConfiguration, MessageSendingOperationsApi, PhoneIdSendMessagePostRequest, RequestContext, ResponseContext, server1, ServerConfiguration, servers } from "maytapi/openapi";
import type { Configuration, HttpLibrary, MessageSendingOperationsApiPhoneIdSendMessagePostRequest, Middleware, SendMessageResponse } from "maytapi/openapi";

server1.setVariables({ product_id: "00000000-0000-4000-8000-000000000000" });

const middleware: Middleware = {
  async pre(context: RequestContext): Promise<RequestContext> {
    context.setHeaderParam("x-trace", context.getHttpMethod());
    return context;
  },
  async post(context: ResponseContext): Promise<ResponseContext> {
    return context;
  },
};

const configuration: Configuration = createConfiguration({
  baseServer: servers[0] ?? new ServerConfiguration("https://edge.example/api/{account}", { account: "main" }),
  authMethods: { ApiKeyAuth: "key" },
  promiseMiddleware: [middleware],
});
const apiInstance = new MessageSendingOperationsApi(configuration);

const body: MessageSendingOperationsApiPhoneIdSendMessagePostRequest = {
  phoneId: "12",
  phoneIdSendMessagePostRequest: {
    toNumber: "905301234567",
    message: "Message Text",
    type: "text",
    text: "Message Caption (optional)",
    filename: "demo.txt",
    skipFilter: true,
    forwardCaption: true,
    replyTo: "50d8b950-a67f-11eb-91cc-d97af631df95",
    latitude: 41.0082,
    longitude: 28.9784,
  },
};

apiInstance
  .phoneIdSendMessagePost(body)
  .then((data: SendMessageResponse) => console.log(data.success, data.data?.msgId))
  .catch((error: unknown) => {
    if (error instanceof ApiException) console.error(error.code, error.body, error.headers["content-type"]);
  });

const request = new PhoneIdSendMessagePostRequest();
request.toNumber = "905301234567";
request.type = "location";
request.latitude = 41.0082;
void apiInstance.phoneIdSendMessagePost("12", request, configuration);
// @ts-expect-error phoneId is a string there
void apiInstance.phoneIdSendMessagePost(12, request);
// @ts-expect-error the enum has no such type
request.type = "stickers";

export const library: HttpLibrary = { send: async (context) => new ResponseContext(200, {}, { text: async () => context.getUrl(), binary: async () => new Blob([]) }) };
