import com.aliyun.tea.TeaException;
import com.aliyun.teaopenapi.Client;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teaopenapi.models.OpenApiRequest;
import com.aliyun.teaopenapi.models.Params;
import com.aliyun.teautil.models.RuntimeOptions;
import com.google.gson.Gson;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.workspaceapp.v1.WorkspaceAppClient;
import com.huaweicloud.sdk.workspaceapp.v1.model.ListServerGroupsRequest;
import com.huaweicloud.sdk.workspaceapp.v1.model.ShowServerGroupRequest;
import com.huaweicloud.sdk.workspaceapp.v1.model.UpdateServerGroupReq;
import com.huaweicloud.sdk.workspaceapp.v1.model.UpdateServerGroupRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads, changes, pages and is refused, in both clouds, with the vendors' clients for Java; says what came of it as
 * JSON.
 */
public final class Main {
  private static final String ACCESS_KEY = "emulator-access-key";
  private static final String SECRET_KEY = "emulator-secret-key";
  private static final String PROJECT = "a0000000000000000000000000000004";
  private static final String DELIVERY_GROUP = "aig-hangzhou-fixed";
  private static final String SERVER_GROUP = "20000000-0000-4000-8000-000000000003";

  public static void main(String[] arguments) throws Exception {
    Map<String, Object> outcomes = new LinkedHashMap<>();
    outcomes.put("alibaba", alibaba(URI.create(arguments[0])));
    outcomes.put("huawei", huawei(arguments[0]));
    System.out.println(new Gson().toJson(outcomes));
    // The clients keep threads that would hold the program for a minute.
    System.exit(0);
  }

  private static Map<String, Object> outcome(Object read, List<String> paged, String code, int status) {
    return Map.of("read", read, "changed", true, "paged", paged, "code", code, "status", status);
  }

  private static Map<String, ?> call(
      URI endpoint, String secret, String action, Map<String, String> query, Map<String, ?> form) throws Exception {
    Config config =
        new Config()
            .setAccessKeyId(ACCESS_KEY)
            .setAccessKeySecret(secret)
            .setEndpoint(endpoint.getAuthority())
            .setProtocol(endpoint.getScheme());
    Params params =
        new Params()
            .setAction(action)
            .setVersion("2021-09-01")
            .setProtocol(endpoint.getScheme())
            .setPathname("/")
            .setMethod("POST")
            .setAuthType("AK")
            .setStyle("RPC")
            .setReqBodyType("formData")
            .setBodyType("json");
    OpenApiRequest request = new OpenApiRequest().setQuery(query).setBody(form);
    return (Map<String, ?>) new Client(config).callApi(params, request, new RuntimeOptions()).get("body");
  }

  private static Map<String, Object> alibaba(URI endpoint) throws Exception {
    Map<String, String> group = Map.of("AppInstanceGroupId", DELIVERY_GROUP, "ProductType", "CloudApp");
    Map<String, ?> body = call(endpoint, SECRET_KEY, "GetAppInstanceGroup", group, null);
    Object name = ((Map<?, ?>) body.get("AppInstanceGroupModels")).get("AppInstanceGroupName");
    Map<String, Object> people = new HashMap<>(group);
    people.put("AuthorizeUserIds", List.of("carol", "li.na"));
    call(endpoint, SECRET_KEY, "AuthorizeInstanceGroup", Map.of(), people);
    List<String> paged = new ArrayList<>();
    for (int number = 1; ; number++) {
      Map<String, String> page =
          Map.of("ProductType", "CloudApp", "PageNumber", String.valueOf(number), "PageSize", "4");
      body = call(endpoint, SECRET_KEY, "ListAppInstanceGroup", page, null);
      List<?> rows = (List<?>) body.get("AppInstanceGroupModels");
      if (rows.isEmpty()) {
        break;
      }
      for (Object row : rows) {
        paged.add((String) ((Map<?, ?>) row).get("AppInstanceGroupId"));
      }
    }
    try {
      call(endpoint, "wrong", "ListRegions", Map.of(), null);
      throw new IllegalStateException("not refused");
    } catch (TeaException refused) {
      return outcome(name, paged, refused.getCode(), refused.getStatusCode());
    }
  }

  private static WorkspaceAppClient workspace(String endpoint, String secret) {
    BasicCredentials credentials = new BasicCredentials().withAk(ACCESS_KEY).withSk(secret).withProjectId(PROJECT);
    return WorkspaceAppClient.newBuilder().withCredential(credentials).withEndpoint(endpoint).build();
  }

  private static Map<String, Object> huawei(String endpoint) {
    WorkspaceAppClient client = workspace(endpoint, SECRET_KEY);
    ShowServerGroupRequest show = new ShowServerGroupRequest().withServerGroupId(SERVER_GROUP);
    String name = client.showServerGroup(show).getName();
    UpdateServerGroupReq change = new UpdateServerGroupReq().withDescription("changed by a client");
    client.updateServerGroup(new UpdateServerGroupRequest().withServerGroupId(SERVER_GROUP).withBody(change));
    List<String> paged = new ArrayList<>();
    for (int offset = 0; ; offset++) {
      var items = client.listServerGroups(new ListServerGroupsRequest().withOffset(offset).withLimit(1)).getItems();
      if (items == null || items.isEmpty()) {
        break;
      }
      items.forEach(item -> paged.add(item.getId()));
    }
    try {
      workspace(endpoint, "wrong").showServerGroup(show);
      throw new IllegalStateException("not refused");
    } catch (ServiceResponseException refused) {
      return outcome(name, paged, refused.getErrorCode(), refused.getHttpStatusCode());
    }
  }
}
