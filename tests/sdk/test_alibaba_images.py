"""Images that are made, copied and deleted, through Alibaba Cloud's own client."""

from alibabacloud_appstream_center20210901 import models as m
from support import EmulatorTest

GROUP = "aig-hangzhou-fixed"


class Images(EmulatorTest):
    arguments = ("--image-seconds", "60")

    def setUp(self):
        super().setUp()
        self.client = self.emulator.alibaba()
        self.emulator.clock(set="2026-03-02T10:00:00Z", freeze=True)

    def image(self, image, **filters):
        found = self.client.list_image(m.ListImageRequest(image_id=image, **filters)).body.data
        return found[0] if found else None

    def make(self, group=GROUP, name="Made of a group"):
        request = m.CreateImageFromAppInstanceGroupRequest(
            app_center_image_name=name, app_instance_group_id=group, product_type="CloudApp"
        )
        return self.client.create_image_from_app_instance_group(request).body.image_id

    def distribute(self, image, *regions, **more):
        request = m.StartTaskForDistributeImageRequest(image_id=image, destination_region_list=regions, **more)
        return self.client.start_task_for_distribute_image(request)

    def delete(self, image):
        return self.client.delete_image(m.DeleteImageRequest(image_id=image))

    def update(self, image):
        request = m.UpdateAppInstanceGroupImageRequest(
            app_center_image_id=image, app_instance_group_id=GROUP, biz_region_id="cn-hangzhou", product_type="CloudApp"
        )
        return self.client.update_app_instance_group_image(request)

    def refused_deletion(self, code, image):
        answer = self.delete(image)
        self.assertEqual((answer.status_code, answer.body.code, answer.body.success), (200, "400", False))
        self.assertEqual(self.emulator.calls(operation="DeleteImage")[-1]["code"], code)

    def test_an_image_of_a_group_can_be_used_once_it_is_made(self):
        image = self.make()
        self.assertEqual((self.image(image).status, self.image(image).image_region_list), ("CREATING", ["cn-hangzhou"]))
        self.assertEqual([place.progress for place in self.image(image).image_region_distribute_list], ["50%"])
        self.assert_in_band("InvalidImage.StatusNotSupported", self.update(image))
        self.emulator.clock(advance_seconds=60)
        self.assertEqual([place.progress for place in self.image(image).image_region_distribute_list], ["100%"])
        self.assertEqual(self.image(image).status, "AVAILABLE")
        self.assertEqual([app.app_id for app in self.image(image).app_list], ["ca-sheets", "ca-writer"])
        self.assertEqual(self.update(image).body.code, "success")

    def test_an_image_that_is_made_of_the_services_own_is_ones_own(self):
        self.emulator.patch({"alibaba": {"images": {"img-office-1": {"image_type": "System"}}}})
        image = self.make()
        self.assertEqual(self.image(image).image_type, "User")
        self.assertTrue(self.delete(image).body.success)

    def test_an_image_of_a_group_at_work_is_refused(self):
        self.update("img-office-2")
        self.assert_alibaba_error("InvalidAppInstanceGroup.StatusNotSupported", 400, self.make)
        self.assert_alibaba_error("InvalidAppInstanceGroup.NotFound", 400, self.make, "aig-missing")
        code = "InvalidAppInstanceGroup.DebugModeNotSupported"
        self.assert_alibaba_error(code, 400, self.make, "aig-shanghai-fixed")

    def test_an_image_of_a_workstation_has_the_tags_that_it_is_given(self):
        request = m.CreateImageByInstanceRequest(
            description="For tests",
            image_name="Made of a session",
            instance_id="aig-hangzhou-session",
            instance_type="WuyingServer",
            sub_instance_id="p-personal-1",
            tag_list=[m.CreateImageByInstanceRequestTagList(key="team", value="design")],
        )
        body = self.client.create_image_by_instance(request).body
        self.assertEqual((body.code, body.success), ("success", True))
        image = self.image(body.data.image_id, tag_list=[m.ListImageRequestTagList(key="team", value="design")])
        self.assertEqual((image.image_name, image.description), ("Made of a session", "For tests"))
        self.assertEqual(image.version_id, body.data.version_id)
        request.sub_instance_id = "p-missing"
        self.assert_in_band("InvalidAppInstance.NotFound", self.client.create_image_by_instance(request))
        request.instance_type = "CloudDesktop"
        self.assert_in_band("InvalidResource.CloudDesktop.NotFound", self.client.create_image_by_instance(request))

    def test_an_image_is_copied_to_other_regions(self):
        self.assertTrue(self.distribute("img-office-2", "cn-beijing", "cn-shanghai").body.data)
        image = self.image("img-office-2")
        places = {place.region_id: place.status for place in image.image_region_distribute_list}
        self.assertEqual(places["cn-beijing"], "DISTRIBUTING")
        self.assertEqual(sorted(image.image_region_list), ["cn-hangzhou", "cn-shanghai"])
        self.refused_deletion("InvalidImage.StatusNotSupported", "img-office-2")
        self.emulator.clock(advance_seconds=60)
        self.assertIsNotNone(self.image("img-office-2", biz_region_id_list=["cn-beijing"]))
        for code, answer in [
            ("InvalidImage.NotFound", self.distribute("img-missing", "cn-beijing")),
            ("InvalidImage.StatusNotSupported", self.distribute("img-unfinished", "cn-beijing")),
            ("InvalidParameter.DestinationRegionList", self.distribute("img-office-2", "mars-1")),
            ("InvalidParameter.VersionId", self.distribute("img-office-2", "cn-beijing", version_id="other")),
            ("InvalidParameter.SourceRegion", self.distribute("img-office-2", "cn-beijing", source_region="mars-1")),
        ]:
            self.assert_in_band(code, answer)

    def test_an_image_that_a_group_runs_or_moves_to_is_not_deleted(self):
        self.refused_deletion("InvalidImage.InUse", "img-office-1")
        self.update("img-office-2")
        self.refused_deletion("InvalidImage.InUse", "img-office-2")
        self.refused_deletion("InvalidImage.NotFound", "img-missing")
        self.refused_deletion("InvalidImage.TypeNotSupported", "img-browser-1")
        body = self.delete("img-office-3").body
        self.assertEqual((body.code, body.data, body.success), ("200", True, True))
        self.assertIsNone(self.image("img-office-3"))
        (call,) = self.emulator.calls(operation="DeleteImage", status=200)[-1:]
        self.assertEqual([change["kind"] for change in call["changes"]], ["deleted"])


class Lag(EmulatorTest):
    arguments = ("--consistency-seconds", "30")

    def test_a_deleted_image_is_seen_for_a_while(self):
        self.emulator.clock(freeze=True)
        client = self.emulator.alibaba()
        client.delete_image(m.DeleteImageRequest(image_id="img-office-3"))
        request = m.ListImageRequest(image_id="img-office-3")
        self.assertEqual(client.list_image(request).body.count, 1)
        self.emulator.clock(advance_seconds=31)
        self.assertEqual(client.list_image(request).body.count, 0)
