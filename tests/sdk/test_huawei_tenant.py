"""The tenant: whether its service is enabled, and what it configured, through Huawei Cloud's own client."""

from huaweicloudsdkworkspaceapp import v1 as w
from support import PROJECT, EmulatorTest


class Tenant(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.huawei()

    def set_status(self, status):
        body = w.InitializeTenantReq(service_status=status)
        return self.client.initialize_tenant(w.InitializeTenantRequest(body=body))

    def status(self):
        return self.client.list_tenant_profile(w.ListTenantProfileRequest()).service_status

    def test_the_service_is_disabled_and_enabled(self):
        self.assertEqual(self.status(), "active")
        changed = self.set_status("inactive")
        self.assertEqual((changed.project_id, changed.service_status, self.status()), (PROJECT, "inactive", "inactive"))
        self.set_status("active")
        self.assertEqual(self.status(), "active")
        with self.assertRaises(Exception) as caught:
            self.set_status("maybe")
        self.assertEqual((caught.exception.error_code, caught.exception.status_code), ("WKS.00130001", 400))

    def test_what_is_configured_is_told_by_name(self):
        def told(*names):
            request = w.ListCorpConfigInfoRequest(body=w.ListConfigInfoReq(items=list(names)))
            infos = self.client.list_corp_config_info(request).config_infos
            return {each.config_key: each.config_value for each in infos}

        self.assertEqual(told("IP_VIRTUAL_ENABLE", "unknown"), {"IP_VIRTUAL_ENABLE": "true"})
        self.assertEqual(set(told()), {"IP_VIRTUAL_ENABLE", "help_center_origin"})
