// Reads, changes, pages and is refused, in both clouds, with the vendors' clients for Node.js; says what came of it as
// JSON. The vendors make each of their clients for a service over these. Huawei Cloud's needs uuid and does not say so.
"use strict";

const { default: OpenApi, OpenApiUtil, $OpenApiUtil } = require("@alicloud/openapi-core");
const { RuntimeOptions } = require("@darabonba/typescript");
const { BasicCredentials } = require("@huaweicloud/huaweicloud-sdk-core");
const { ClientBuilder } = require("@huaweicloud/huaweicloud-sdk-core/ClientBuilder");

const ACCESS_KEY = "emulator-access-key";
const SECRET_KEY = "emulator-secret-key";
const PROJECT = "a0000000000000000000000000000004";
const DELIVERY_GROUP = "aig-hangzhou-fixed";
const SERVER_GROUP = "20000000-0000-4000-8000-000000000003";

/** What the call is refused with; whoever is not refused has failed. */
async function refusal(call, describe) {
  try {
    await call();
  } catch (error) {
    return describe(error);
  }
  throw new Error("not refused");
}

async function alibaba(endpoint) {
  const { host, protocol } = new URL(endpoint);
  const call = async (action, { query = {}, body, secret = SECRET_KEY }) => {
    const scheme = protocol.slice(0, -1);
    const config = { accessKeyId: ACCESS_KEY, accessKeySecret: secret, endpoint: host, protocol: scheme };
    const params = new $OpenApiUtil.Params({
      action, version: "2021-09-01", protocol: scheme, pathname: "/", method: "POST", authType: "AK",
      style: "RPC", reqBodyType: "formData", bodyType: "json",
    });
    const request = new $OpenApiUtil.OpenApiRequest({ query: OpenApiUtil.query(query), body });
    const answer = await new OpenApi(new $OpenApiUtil.Config(config)).callApi(params, request, new RuntimeOptions({}));
    return answer.body;
  };
  const group = { AppInstanceGroupId: DELIVERY_GROUP, ProductType: "CloudApp" };
  const { AppInstanceGroupModels: shown } = await call("GetAppInstanceGroup", { query: group });
  await call("AuthorizeInstanceGroup", { body: { ...group, AuthorizeUserIds: ["carol", "li.na"] } });
  const paged = [];
  for (let number = 1; ; number++) {
    const query = { ProductType: "CloudApp", PageNumber: number, PageSize: 4 };
    const { AppInstanceGroupModels: rows } = await call("ListAppInstanceGroup", { query });
    if (!rows.length) break;
    paged.push(...rows.map((row) => row.AppInstanceGroupId));
  }
  const refused = await refusal(() => call("ListRegions", { secret: "wrong" }),
    (error) => ({ code: error.code, status: error.statusCode }));
  return { read: shown.AppInstanceGroupName, changed: true, paged, ...refused };
}

async function huawei(endpoint) {
  const client = (secret) => new ClientBuilder((hc) => hc)
    .withEndpoint(endpoint)
    .withCredential(new BasicCredentials().withAk(ACCESS_KEY).withSk(secret).withProjectId(PROJECT))
    .build();
  const call = (method, url, { query = {}, body, secret = SECRET_KEY } = {}) => client(secret).sendRequest({
    method, url: `/v1/{project_id}/app-server-groups${url}`, contentType: "application/json", queryParams: query,
    pathParams: { project_id: PROJECT }, headers: {}, data: body,
  });
  const shown = await call("GET", `/${SERVER_GROUP}`);
  await call("PATCH", `/${SERVER_GROUP}`, { body: { description: "changed by a client" } });
  const paged = [];
  for (let offset = 0; ; offset++) {
    const { items } = await call("GET", "", { query: { offset, limit: 1 } });
    if (!items.length) break;
    paged.push(...items.map((item) => item.id));
  }
  const refused = await refusal(() => call("GET", `/${SERVER_GROUP}`, { secret: "wrong" }),
    (error) => ({ code: error.errorCode, status: error.httpStatusCode }));
  return { read: shown.name, changed: true, paged, ...refused };
}

async function main() {
  const [endpoint] = process.argv.slice(2);
  console.log(JSON.stringify({ alibaba: await alibaba(endpoint), huawei: await huawei(endpoint) }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
