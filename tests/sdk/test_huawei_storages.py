"""Where people keep their files: storages, folders, policies and cloud storages, through Huawei Cloud's own client."""

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkworkspaceapp import v1 as w
from support import ACCESS_KEY, OTHER_PROJECT, SECRET_KEY, EmulatorTest

NOT_FOUND, NAME_TAKEN, IN_USE, NO_FILE_SYSTEM, NO_FOLDER, FOLDER_TAKEN, NO_POLICY, NO_PROJECT, LINKED = (
    f"WKS.0013200{number}" for number in range(1, 10)
)


class StorageTest(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.huawei()

    def create(self, name="files", system="files-1", kind="sfs"):
        metadata = w.Storage(storage_handle=system, storage_class=kind)
        body = w.CreatePersistentStorageReq(name=name, storage_metadata=metadata)
        return self.client.create_persistent_storage(w.CreatePersistentStorageRequest(body=body))

    def listed(self, **filters):
        return self.client.list_persistent_storage(w.ListPersistentStorageRequest(**filters)).items

    def policy(self, actions, roam_actions):
        body = w.CreateOrUpdateStoragePolicyStatementReq(actions=actions, roam_actions=roam_actions)
        request = w.CreateOrUpdateStoragePolicyStatementRequest(body=body)
        return self.client.create_or_update_storage_policy_statement(request)

    def assert_refused(self, code, status, call, *arguments, **fields):
        with self.assertRaises(Exception) as caught:
            call(*arguments, **fields)
        error = caught.exception
        self.assertEqual((error.error_code, error.status_code), (code, status), error)


class Storages(StorageTest):
    def test_a_storage_is_made_on_a_file_system_listed_and_taken_out(self):
        request = w.ListSfs3StorageRequest(name="files-")
        systems = [each.name for each in self.client.list_sfs3_storage(request).items]
        self.assertEqual(systems, ["files-1", "files-2", "files-3"])
        made = self.create()
        self.assertRegex(made.id, r"^\d{18}$")
        self.assertIn("files-1", made.storage_metadata.export_location)
        other = self.create("other", "files-2")
        for filters, ids in [
            ({"storage_id": made.id}, [made.id]),
            ({"name": "oth"}, [other.id]),
            ({"name": "none"}, []),
        ]:
            self.assertEqual([each.id for each in self.listed(**filters)], ids, filters)
        self.assertEqual(len(self.listed(limit=1)), 1)
        self.assert_refused(NAME_TAKEN, 400, self.create, "files")
        self.assert_refused(NO_FILE_SYSTEM, 404, self.create, "third", "files-9")
        self.assert_refused("WKS.00130001", 400, self.create, "third", kind="nfs")
        elsewhere = self.emulator.huawei(BasicCredentials(ACCESS_KEY, SECRET_KEY, OTHER_PROJECT))
        self.assertEqual(elsewhere.list_persistent_storage(w.ListPersistentStorageRequest()).count, 0)

        delete = w.DeletePersistentStorageRequest(storage_id=made.id)
        self.client.delete_persistent_storage(delete)
        self.assert_huawei_error(NOT_FOUND, 404, self.client.delete_persistent_storage, delete)
        body = w.BatchDeletePersistentStorageReq(items=[made.id, other.id])
        self.client.batch_delete_persistent_storage(w.BatchDeletePersistentStorageRequest(body=body))
        self.assertEqual(self.listed(), [])

    def test_a_project_has_one_policy_beside_those_that_are_always_there(self):
        def listed():
            items = self.client.list_storage_policy_statement(w.ListStoragePolicyStatementRequest()).items
            return {each.policy_statement_id: (each.actions, each.roam_actions) for each in items}

        self.assertEqual(set(listed()), {"DEFAULT_1", "DEFAULT_2"})
        first = self.policy([], ["GetObject"]).policy_statement_id
        everything = ["PutObject", "GetObject", "DeleteObject"]
        again = self.policy(["GetObject"], everything).policy_statement_id
        self.assertEqual((again, listed()[first]), (first, (["GetObject"], everything)))
        self.assert_refused("WKS.00130001", 400, self.policy, [], ["PutObject"])
        self.assert_refused("WKS.00130001", 400, self.policy, ["Anything"], ["GetObject"])


class Folders(StorageTest):
    def setUp(self):
        super().setUp()
        self.storage = self.create().id

    def assign(self, policy, *names):
        items = [w.UserAssignment(attach=name, policy_statement_id=policy) for name in names]
        request = w.UpdateUserFolderAssignmentRequest(storage_id=self.storage, body=w.AssignUserFolderReq(items=items))
        self.client.update_user_folder_assignment(request)

    def attached(self, mode="USER", **filters):
        request = w.ListStorageAssignmentRequest(storage_id=self.storage, claim_mode=mode, **filters)
        items = self.client.list_storage_assignment(request).items
        return {each.attachment.attach: each for each in items}

    def share(self, name="plans"):
        body = w.CreateShareFolderReq(folder_name=name)
        return self.client.create_share_folder(w.CreateShareFolderRequest(storage_id=self.storage, body=body))

    def shared(self, **filters):
        request = w.ListShareFolderRequest(storage_id=self.storage, **filters)
        return self.client.list_share_folder(request).items

    def change(self, claim, add=(), remove=()):
        add = [w.Assignment(attach=name, attach_type=kind, policy_statement_id="DEFAULT_1") for name, kind in add]
        remove = [w.Attachment(attach=name, attach_type="USER") for name in remove]
        body = w.AssignShareFolderReq(storage_claim_id=claim, add_items=add, del_items=remove)
        request = w.UpdateShareFolderAssignmentRequest(storage_id=self.storage, body=body)
        self.client.update_share_folder_assignment(request)

    def counts(self):
        (storage,) = self.listed()
        return storage.user_claim_count, storage.share_claim_count

    def test_people_get_folders_of_their_own(self):
        policy = self.policy([], ["GetObject"]).policy_statement_id
        self.assign("DEFAULT_1", "alice", "bob")
        self.assign(policy, "bob")
        self.assertEqual(self.counts(), (2, 0))
        bobs = self.attached()["bob"]
        self.assertEqual((bobs.folder_path, bobs.attachment.attach_type), ("users/bob/", "USER"))
        statement = bobs.policy_statement
        self.assertEqual((statement.policy_statement_id, statement.roam_actions), (policy, ["GetObject"]))
        self.assertEqual(set(self.attached(attach="ali")), {"alice"})
        self.assertEqual(set(self.attached(storage_claim_id=bobs.storage_claim_id)), {"bob"})
        self.assertEqual(self.attached("SHARE"), {})
        self.assert_refused(NO_POLICY, 404, self.assign, "none", "carol")

        body = w.DeleteUserStorageAttachmentReq(items=["alice", "carol"])
        request = w.DeleteUserStorageAttachmentRequest(storage_id=self.storage, body=body)
        self.client.delete_user_storage_attachment(request)
        self.assertEqual(set(self.attached()), {"bob"})

    def test_folders_are_shared(self):
        claim = self.share()
        self.assertEqual((claim.folder_path, claim.claim_mode, claim.delimiter), ("shares/plans/", "SHARE", "/"))
        self.assert_refused(FOLDER_TAKEN, 400, self.share)
        self.share("photos")
        self.assertEqual((len(self.shared()), self.counts()), (2, (0, 2)))
        self.assertEqual([each.folder_path for each in self.shared(path="photos")], ["shares/photos/"])

        number = claim.storage_claim_id
        self.change(number, add=[("alice", "USER"), ("design", "USER_GROUP")])
        (found,) = self.shared(storage_claim_id=number)
        self.assertEqual(found.count, {"USER": 1, "USER_GROUP": 1})
        self.assertEqual(set(self.attached("SHARE", attach_type="USER_GROUP")), {"design"})
        self.change(number, remove=["alice"])
        self.assertEqual(set(self.attached("SHARE")), {"design"})
        self.assert_refused(NO_FOLDER, 404, self.change, "1", remove=["alice"])

        body = w.DeleteStorageClaimReq(items=[number])
        self.client.delete_storage_claim(w.DeleteStorageClaimRequest(storage_id=self.storage, body=body))
        self.assertEqual(self.counts(), (0, 1))


class Clouds(StorageTest):
    def link(self, *projects, cluster="cluster-1"):
        pairs = [w.ProjectConfigClusterGroupIdEntity(cluster_group_id=cluster, project_config_id=it) for it in projects]
        body = w.CreateCloudStorageReq(project_config_cluster_group_id_list=pairs)
        self.client.create_cloud_storage(w.CreateCloudStorageRequest(body=body))

    def clouds(self, **filters):
        items = self.client.list_cloud_storage(w.ListCloudStorageRequest(**filters)).items
        return {each.project_config_id: each.id for each in items}

    def make(self, storage, *names, quota=None):
        def folder(name):
            return w.CreateUserAssignmentInfo(
                attach_id=f"u-{name}", attach_name=name, file_system_quota=quota, action_get=True
            )

        body = w.CreateUserFolderReq(items=[folder(name) for name in names])
        request = w.CreateUserFolderAssignmentRequest(storage_id=storage, body=body)
        return self.client.create_user_folder_assignment(request).items

    def folders(self, storage, **filters):
        request = w.ListCloudStorageAssignmentRequest(storage_id=storage, **{"claim_mode": "USER", **filters})
        items = self.client.list_cloud_storage_assignment(request).items
        return {each.attach_name: each for each in items}

    def test_projects_are_linked_and_let_go(self):
        def projects(**filters):
            items = self.client.list_project_configs(w.ListProjectConfigsRequest(**filters)).items
            return {each.project_config_id: each.is_relevance for each in items}

        self.assertEqual(projects(), {"project-drawing": False, "project-office": False})
        self.link("project-office")
        self.assertEqual(projects(name="office"), {"project-office": True})
        self.assert_refused(LINKED, 400, self.link, "project-drawing", "project-office")
        self.assert_refused(NO_PROJECT, 404, self.link, "project-drawing", cluster="cluster-9")
        self.assertEqual(list(self.clouds()), ["project-office"], "all or none")
        self.assertEqual((self.clouds(name="office-files"), self.clouds(name="x")), (self.clouds(), {}))
        office = self.clouds()["project-office"]
        shown = self.client.show_project_config(w.ShowProjectConfigRequest(cloud_storage_id=office)).project_config
        self.assertEqual((shown.project_config_name, shown.is_relevance), ("office-files", True))

        (folder,) = self.make(office, "alice")
        delete = w.DeleteCloudStorageRequest(storage_id=office)
        self.assert_huawei_error(IN_USE, 400, self.client.delete_cloud_storage, delete)
        body = w.DeleteCloudStorageAttachmentReq(items=[folder.attach_id])
        request = w.DeleteCloudStorageAttachmentRequest(storage_id=office, body=body)
        self.client.delete_cloud_storage_attachment(request)
        self.client.delete_cloud_storage(delete)
        self.link("project-drawing")
        body = w.BatchDeleteCloudStorageReq(items=[office, self.clouds()["project-drawing"]])
        self.client.batch_delete_cloud_storage(w.BatchDeleteCloudStorageRequest(body=body))
        self.assertEqual(self.clouds(), {})

    def test_people_get_folders_which_can_be_moved(self):
        self.link("project-office", "project-drawing")
        office, drawing = self.clouds()["project-office"], self.clouds()["project-drawing"]
        made = self.make(office, "alice", "bob", quota=1000)
        self.assertEqual([each.is_success for each in made], [True, True])
        (again,) = self.make(office, "alice")
        self.assertFalse(again.is_success)
        self.assertIn("already", again.error_message)
        alices = self.folders(office)["alice"]
        self.assertEqual((alices.quota, alices.action_get, alices.roam_action_put), (1000, True, False))
        for filters, names in [
            ({"attach": "bo"}, {"bob"}),
            ({"attach_names": ["alice", "carol"]}, {"alice"}),
            ({"claim_mode": "SHARE"}, set()),
            ({"capacity_filter": "true"}, set()),
        ]:
            self.assertEqual(set(self.folders(office, **filters)), names, filters)

        rights = w.UpdateUserAssignmentInfo(file_system_quota=2000, roam_action_put=True)
        request = w.UpdateCloudUserFolderAssignmentRequest(
            storage_id=office,
            cloud_assignment_id=alices.cloud_storage_assignment_id,
            body=w.UpdateUserFolderReq(update_user_assignment_info=rights),
        )
        self.client.update_cloud_user_folder_assignment(request)
        changed = self.folders(office)["alice"]
        self.assertEqual((changed.quota, changed.action_get, changed.roam_action_put), (2000, True, True))

        body = w.ChangeClusterReq(
            target_cluster_group_id="cluster-1",
            target_project_config_id="project-drawing",
            cloud_storage_assignment_ids=[alices.cloud_storage_assignment_id],
        )
        (moved,) = self.client.change_cluster(w.ChangeClusterRequest(storage_id=office, body=body)).items
        self.assertEqual((moved.attach, moved.quota), ("alice", 2000))
        self.assertEqual((set(self.folders(office)), set(self.folders(drawing))), ({"bob"}, {"alice"}))

        files = w.ListFoldersAndFilesRequest(user_name="alice", folder_url="home/")
        found = self.client.list_folders_and_files(files)
        self.assertEqual((found.location, found.files), (alices.cloud_storage_assignment_id, []))
        files.user_name = "carol"
        self.assert_huawei_error(NO_FOLDER, 404, self.client.list_folders_and_files, files)
