// Reads, changes, pages and is refused, in both clouds, with the vendors' clients for Go; says what came of it as JSON.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	workspaceapp "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/workspaceapp/v1"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/workspaceapp/v1/model"
)

// What came of one cloud's calls.
type outcome struct {
	Read    string   `json:"read"`
	Paged   []string `json:"paged"`
	Code    string   `json:"code"`
	Status  int      `json:"status"`
	Changed bool     `json:"changed"`
}

type object = map[string]interface{}

const (
	accessKey, secretKey = "emulator-access-key", "emulator-secret-key"
	project              = "a0000000000000000000000000000004"
	deliveryGroup        = "aig-hangzhou-fixed"
	serverGroup          = "20000000-0000-4000-8000-000000000003"
)

func main() {
	alibaba, err := alibabaCloud(os.Args[1])
	if err == nil {
		var huawei outcome
		if huawei, err = huaweiCloud(os.Args[1]); err == nil {
			err = json.NewEncoder(os.Stdout).Encode(map[string]outcome{"alibaba": alibaba, "huawei": huawei})
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// The vendor makes each of its clients for a product over this one.
func call(endpoint, secret, action string, query, form object) (object, error) {
	at, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	client, err := openapi.NewClient(&openapiutil.Config{
		AccessKeyId:     dara.String(accessKey),
		AccessKeySecret: dara.String(secret),
		Endpoint:        dara.String(at.Host),
		Protocol:        dara.String(at.Scheme),
	})
	if err != nil {
		return nil, err
	}
	params := &openapiutil.Params{
		Action:      dara.String(action),
		Version:     dara.String("2021-09-01"),
		Protocol:    dara.String(at.Scheme),
		Pathname:    dara.String("/"),
		Method:      dara.String("POST"),
		AuthType:    dara.String("AK"),
		Style:       dara.String("RPC"),
		ReqBodyType: dara.String("formData"),
		BodyType:    dara.String("json"),
	}
	request := &openapiutil.OpenApiRequest{Query: openapiutil.Query(query)}
	if form != nil {
		request.Body = form
	}
	answer, err := client.CallApi(params, request, &dara.RuntimeOptions{})
	if err != nil {
		return nil, err
	}
	body, _ := answer["body"].(object)
	return body, nil
}

func alibabaCloud(endpoint string) (result outcome, err error) {
	get := object{"AppInstanceGroupId": deliveryGroup, "ProductType": "CloudApp"}
	body, err := call(endpoint, secretKey, "GetAppInstanceGroup", get, nil)
	if err != nil {
		return result, err
	}
	group, _ := body["AppInstanceGroupModels"].(object)
	result.Read, _ = group["AppInstanceGroupName"].(string)
	authorize := object{
		"AppInstanceGroupId": deliveryGroup, "ProductType": "CloudApp", "AuthorizeUserIds": []string{"carol", "li.na"},
	}
	if _, err = call(endpoint, secretKey, "AuthorizeInstanceGroup", nil, authorize); err != nil {
		return result, err
	}
	result.Changed = true
	for number := 1; ; number++ {
		page := object{"ProductType": "CloudApp", "PageNumber": number, "PageSize": 4}
		if body, err = call(endpoint, secretKey, "ListAppInstanceGroup", page, nil); err != nil {
			return result, err
		}
		rows, _ := body["AppInstanceGroupModels"].([]interface{})
		if len(rows) == 0 {
			break
		}
		for _, row := range rows {
			group, _ := row.(object)
			id, _ := group["AppInstanceGroupId"].(string)
			result.Paged = append(result.Paged, id)
		}
	}
	_, err = call(endpoint, "wrong", "ListRegions", nil, nil)
	var refused *tea.SDKError
	if !errors.As(err, &refused) {
		return result, fmt.Errorf("not refused as expected: %w", err)
	}
	result.Code, result.Status = dara.StringValue(refused.Code), dara.IntValue(refused.StatusCode)
	return result, nil
}

func workspace(endpoint, secret string) (*workspaceapp.WorkspaceAppClient, error) {
	credentials, err := basic.NewCredentialsBuilder().WithAk(accessKey).WithSk(secret).WithProjectId(project).SafeBuild()
	if err != nil {
		return nil, err
	}
	builder := workspaceapp.WorkspaceAppClientBuilder().WithEndpoint(endpoint).WithCredential(credentials)
	client, err := builder.SafeBuild()
	if err != nil {
		return nil, err
	}
	return workspaceapp.NewWorkspaceAppClient(client), nil
}

func huaweiCloud(endpoint string) (result outcome, err error) {
	client, err := workspace(endpoint, secretKey)
	if err != nil {
		return result, err
	}
	shown, err := client.ShowServerGroup(&model.ShowServerGroupRequest{ServerGroupId: serverGroup})
	if err != nil {
		return result, err
	}
	if shown.Name != nil {
		result.Read = *shown.Name
	}
	description := "changed by a client"
	change := &model.UpdateServerGroupReq{Description: &description}
	request := &model.UpdateServerGroupRequest{ServerGroupId: serverGroup, Body: change}
	if _, err = client.UpdateServerGroup(request); err != nil {
		return result, err
	}
	result.Changed = true
	limit := int32(1)
	for offset := int32(0); ; offset += limit {
		at := offset
		page, err := client.ListServerGroups(&model.ListServerGroupsRequest{Offset: &at, Limit: &limit})
		if err != nil {
			return result, err
		}
		if page.Items == nil || len(*page.Items) == 0 {
			break
		}
		for _, group := range *page.Items {
			result.Paged = append(result.Paged, *group.Id)
		}
	}
	client, err = workspace(endpoint, "wrong")
	if err != nil {
		return result, err
	}
	_, err = client.ShowServerGroup(&model.ShowServerGroupRequest{ServerGroupId: serverGroup})
	var refused *sdkerr.ServiceResponseError
	if !errors.As(err, &refused) {
		return result, fmt.Errorf("not refused as expected: %w", err)
	}
	result.Code, result.Status = refused.ErrorCode, refused.StatusCode
	return result, nil
}
