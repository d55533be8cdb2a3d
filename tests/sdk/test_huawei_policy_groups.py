"""Policy groups and policy templates, through Huawei Cloud's own client."""

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkworkspaceapp import v1 as w
from support import ACCESS_KEY, OTHER_PROJECT, SECRET_KEY, EmulatorTest

DRAUGHTING = "40000000-0000-4000-8000-000000000001"
NOT_FOUND = "WKS.00131401"


def target(kind, number, name="Somebody"):
    return w.Target(target_type=kind, target_id=number, target_name=name)


def client_policies(minutes):
    return w.Policies(client=w.PoliciesClient(automatic_reconnection_interval=minutes))


class PolicyGroups(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.huawei()

    def create(self, name="desk", **fields):
        group = w.PolicyGroupForCreate(policy_group_name=name, **fields)
        body = w.CreatePolicyGroupReq(policy_group=group)
        return self.client.create_policy_group(w.CreatePolicyGroupRequest(body=body)).id

    def show(self, number):
        return self.client.show_policy_group(w.ShowPolicyGroupRequest(policy_group_id=number)).policy_group

    def update(self, number, name="desk", **fields):
        group = w.PolicyGroupForUpdate(policy_group_name=name, **fields)
        body = w.UpdatePolicyGroupReq(policy_group=group)
        request = w.UpdatePolicyGroupRequest(policy_group_id=number, body=body)
        return self.client.update_policy_group(request).id

    def listed(self, **filters):
        return self.client.list_policy_group(w.ListPolicyGroupRequest(**filters))

    def test_a_group_is_created_shown_changed_and_deleted(self):
        number = self.create(
            description="Desk work",
            priority=7,
            targets=[target("APPGROUP", DRAUGHTING, "Draughting")],
            policies=client_policies(10),
        )
        shown = self.show(number)
        self.assertEqual((shown.id, shown.name, shown.description, shown.priority), (number, "desk", "Desk work", 7))
        self.assertEqual([each.target_id for each in shown.targets], [DRAUGHTING])
        self.assertEqual(shown.policies.client.automatic_reconnection_interval, 10)
        self.assertIsNotNone(shown.create_time)

        self.assertEqual(self.update(number, "desks", description="", targets=[]), number)
        shown = self.show(number)
        self.assertEqual((shown.name, shown.description, shown.priority, shown.targets), ("desks", "", 7, []))
        self.assertEqual(shown.policies.client.automatic_reconnection_interval, 10, "what is not given stays")
        self.update(number, policies=w.Policies(audio=w.PoliciesAudio(audio_redirection_enable=False)))
        policies = self.show(number).policies
        self.assertIsNone(policies.client, "policies that are given take the place of all")
        self.assertFalse(policies.audio.audio_redirection_enable)
        self.assertEqual(policies.audio.play_classification, "Music Play", "what they leave out has its default")

        self.client.delete_policy_group(w.DeletePolicyGroupRequest(policy_group_id=number))
        show = w.ShowPolicyGroupRequest(policy_group_id=number)
        self.assert_huawei_error(NOT_FOUND, 404, self.client.show_policy_group, show)

    def test_a_drive_that_is_not_redirected_stays_so(self):
        options = w.FileRedirectionOptions(removable_drive_enable=False, fixed_drive_enable=False)
        redirection = w.PoliciesFileAndClipboardFileRedirection(redirection_mode="READ_ONLY", options=options)
        section = w.PoliciesFileAndClipboard(file_redirection=redirection)
        number = self.create(policies=w.Policies(file_and_clipboard=section))
        shown = self.show(number).policies.file_and_clipboard.file_redirection.options
        self.assertEqual((shown.removable_drive_enable, shown.fixed_drive_enable), (False, False))
        self.assertEqual((shown.path_separator, shown.network_drive_enable), ("|", True))

    def test_lists_page_filter_and_go_by_priority(self):
        last = self.create("last")
        first = self.create("first", priority=1)
        self.assertEqual((self.show(last).priority, self.show(first).priority), (1, 1))
        third = self.create("third")
        self.assertEqual(self.show(third).priority, 2, "one without a priority comes last")
        self.assertEqual(self.listed().items[-1].id, third)
        self.assertEqual((self.listed(limit=2).count, len(self.listed(limit=2).items)), (3, 2))
        self.assertEqual([each.name for each in self.listed(policy_group_name="hir").items], ["third"])
        details = self.client.list_policy_group_detail_info(w.ListPolicyGroupDetailInfoRequest(offset=0, limit=10))
        self.assertEqual(details.count, 3)

    def test_policies_by_type_and_targets_by_kind(self):
        policies = w.Policies(client=w.PoliciesClient(automatic_reconnection_interval=10), audio=w.PoliciesAudio())
        number = self.create(
            policies=policies, targets=[target("USER", "alice"), target("APPGROUP", DRAUGHTING, "Draughting")]
        )
        request = w.ListPolicyOfPolicyGroupRequest
        found = self.client.list_policy_of_policy_group(request(policy_group_id=number)).policies
        self.assertTrue(found.client and found.audio)
        found = self.client.list_policy_of_policy_group(request(policy_group_id=number, policy_type="Client")).policies
        self.assertTrue(found.client and not found.audio)
        request = w.ListTargetsOfPolicyGroupRequest(policy_group_id=number, target_type="USER")
        self.assertEqual([each.target_id for each in self.client.list_targets_of_policy_group(request).targets], ["alice"])

    def test_what_holds_where_nothing_is_said(self):
        policies = self.client.show_original_policy_info(w.ShowOriginalPolicyInfoRequest()).policies
        self.assertTrue(policies.audio.audio_redirection_enable)
        self.assertFalse(policies.virtual_channel.virtual_channel_control_enable)

    def test_what_makes_no_sense_is_refused(self):
        missing = "40000000-0000-4000-8000-00000000ffff"
        with self.assertRaises(Exception) as caught:
            self.create(targets=[target("APPGROUP", missing)])
        self.assertEqual((caught.exception.error_code, caught.exception.status_code), ("WKS.00131301", 404))
        for fields in ({"priority": 0}, {"name": "n" * 56}, {"name": "no spaces"}, {"description": "d" * 256}):
            with self.assertRaises(Exception) as caught:
                self.create(**fields)
            self.assertEqual((caught.exception.error_code, caught.exception.status_code), ("WKS.00130001", 400), fields)
        self.assertEqual(self.listed().count, 0)

    def test_another_project_has_its_own(self):
        number = self.create()
        other = self.emulator.huawei(BasicCredentials(ACCESS_KEY, SECRET_KEY, OTHER_PROJECT))
        show = w.ShowPolicyGroupRequest(policy_group_id=number)
        self.assert_huawei_error(NOT_FOUND, 404, other.show_policy_group, show)
        self.assertEqual(other.list_policy_group(w.ListPolicyGroupRequest()).count, 0)

    def test_templates_are_created_listed_changed_and_deleted(self):
        template = w.PolicyTemplate(policy_group_name="Quiet rooms", policies=client_policies(5))
        body = w.CreatePolicyTemplateReq(policy_group=template)
        number = self.client.create_policy_template(w.CreatePolicyTemplateRequest(body=body)).id
        (found,) = self.client.list_policy_template(w.ListPolicyTemplateRequest(policy_group_name="Quiet")).items
        self.assertEqual((found.id, found.name), (number, "Quiet rooms"))
        self.assertEqual(self.listed().count, 0, "a template is no policy group")
        (found,) = self.listed(policy_group_type=4).items
        self.assertEqual(found.policies.client.automatic_reconnection_interval, 5)

        template = w.PolicyTemplate(policy_group_name="Loud rooms", policies=client_policies(6))
        body = w.UpdatePolicyTemplateReq(policy_group=template)
        self.client.update_policy_template(w.UpdatePolicyTemplateRequest(policy_template_id=number, body=body))
        self.assertEqual(self.listed(policy_group_type=4).items[0].name, "Loud rooms")
        delete = w.DeletePolicyTemplateRequest(policy_template_id=number)
        self.client.delete_policy_template(delete)
        self.assertEqual(self.client.list_policy_template(w.ListPolicyTemplateRequest()).count, 0)
        self.assert_huawei_error(NOT_FOUND, 404, self.client.delete_policy_template, delete)
