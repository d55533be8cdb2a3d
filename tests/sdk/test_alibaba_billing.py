"""Subscriptions, what they cost, and what delivery groups run on, through Alibaba Cloud's own client."""

from alibabacloud_appstream_center20210901 import models as m
from support import EmulatorTest

SUBSCRIPTION = "aig-hangzhou-usage"
BY_THE_HOUR = "aig-hangzhou-fixed"
KIND = "appstreaming.vgpu.8c16g.4g"


class Billing(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.alibaba()
        self.emulator.clock(set="2026-03-02T10:00:00Z", freeze=True)

    def ends_at(self, time):
        self.emulator.patch({"alibaba": {"delivery_groups": {SUBSCRIPTION: {"expires_at": time}}}})

    def get(self, group=SUBSCRIPTION):
        request = m.GetAppInstanceGroupRequest(app_instance_group_id=group, product_type="CloudApp")
        return self.client.get_app_instance_group(request).body.app_instance_group_models

    def renew(self, group=SUBSCRIPTION, period=1, unit="Month", auto_pay=True, **more):
        request = m.RenewAppInstanceGroupRequest(
            app_instance_group_id=group,
            product_type="CloudApp",
            period=period,
            period_unit=unit,
            auto_pay=auto_pay,
            **more,
        )
        return self.client.renew_app_instance_group(request)

    def order(self, order):
        return self.emulator.state()["alibaba"]["orders"][order]


class Renewal(Billing):
    def test_a_subscription_ends_by_itself_and_a_renewal_brings_it_back(self):
        self.ends_at("2026-03-02T11:00:00Z")
        self.emulator.clock(advance_seconds=3599)
        self.assertEqual(self.get().status, "PUBLISHED")
        self.emulator.clock(advance_seconds=1)
        self.assertEqual(self.get().status, "EXPIRED")
        self.assertEqual(self.renew().body.code, "success")
        group = self.get()
        self.assertEqual((group.status, group.expired_time), ("PUBLISHED", "2026-04-01T19:00:00.000+08:00"))
        self.emulator.clock(set="2026-04-01T11:00:00Z")
        self.assertEqual(self.get().status, "EXPIRED")

    def test_a_renewal_goes_on_from_where_the_time_that_is_paid_ends(self):
        self.ends_at("2026-03-12T10:00:00Z")
        self.assertEqual(self.renew(unit="Week").body.code, "success")
        self.assertEqual(self.get().expired_time, "2026-03-19T18:00:00.000+08:00")

    def test_one_that_renews_itself_goes_on_for_as_long_as_was_bought(self):
        pool = m.CreateAppInstanceGroupRequestNodePool(
            node_instance_type=KIND, node_amount=1, node_capacity=1, strategy_type="NODE_FIXED"
        )
        made = {}
        for renews in (True, False):
            request = m.CreateAppInstanceGroupRequest(
                app_center_image_id="img-drawing-1",
                biz_region_id="cn-hangzhou",
                product_type="CloudApp",
                charge_type="PrePaid",
                charge_resource_mode="Node",
                period=1,
                period_unit="Week",
                session_timeout=15,
                auto_pay=True,
                auto_renew=renews,
                node_pool=pool,
                user_info=m.CreateAppInstanceGroupRequestUserInfo(type="simple"),
            )
            made[renews] = self.client.create_app_instance_group(request).body.app_instance_group_model
        self.emulator.clock(set="2026-03-16T09:59:59Z")
        shown = {renews: self.get(group.app_instance_group_id) for renews, group in made.items()}
        self.assertEqual((shown[False].status, shown[True].status), ("EXPIRED", "PUBLISHED"))
        self.assertEqual(shown[True].expired_time, "2026-03-16T18:00:00.000+08:00", "the second week")

    def test_an_order_that_is_not_paid_changes_nothing(self):
        before = self.get().expired_time
        order = self.renew(auto_pay=False).body.order_id
        self.assertEqual(self.get().expired_time, before)
        self.assertEqual((self.order(order)["kind"], self.order(order)["paid"]), ("renewal", False))

    def test_what_cannot_be_renewed_is_refused_in_the_body(self):
        for code, answer in [
            ("InvalidAppInstanceGroup.ChargeTypeNotSupported", self.renew(BY_THE_HOUR)),
            ("InvalidAppInstanceGroup.NotFound", self.renew("aig-missing")),
            ("InvalidParameter.Period", self.renew(period=2, unit="Week")),
            ("InvalidParameter.RenewAmount", self.renew(renew_amount=9)),
            ("InvalidNode.NotFound", self.renew(renew_nodes=["nd-missing"])),
            ("InvalidPromotion.NotFound", self.renew(promotion_id="p-1")),
        ]:
            self.assert_in_band(code, answer)
        for status in ("DEPLOYING", "DELETING"):
            self.emulator.patch({"alibaba": {"delivery_groups": {SUBSCRIPTION: {"status": status}}}})
            self.assert_in_band("InvalidAppInstanceGroup.StatusNotSupported", self.renew())
        self.assertEqual(self.emulator.state()["alibaba"]["orders"], {})

    def test_what_a_renewal_costs_is_what_was_said_before(self):
        request = m.GetResourceRenewPriceRequest(
            app_instance_group_id=SUBSCRIPTION, product_type="CloudApp", period=1, period_unit="Year"
        )
        price = self.client.get_resource_renew_price(request).body.data.price
        paid = float(price.original_price) - float(price.discount_price)
        self.assertEqual(float(price.trade_price), paid)
        self.assertLess(paid, float(price.original_price))
        order = self.renew(unit="Year", renew_nodes=["nd-hangzhou-usage-1"]).body.order_id
        self.assertEqual(self.order(order)["price"], round(paid * 100))
        request.app_instance_group_id = BY_THE_HOUR
        call = self.client.get_resource_renew_price
        self.assert_alibaba_error("InvalidAppInstanceGroup.ChargeTypeNotSupported", 400, call, request)


class Prices(Billing):
    def price(self, **changes):
        fields = {"amount": 1, "charge_type": "PrePaid", "period": 1, "period_unit": "Month", **changes}
        return self.client.get_resource_price(
            m.GetResourcePriceRequest(biz_region_id="cn-hangzhou", product_type="CloudApp", **fields)
        )

    def test_resources_and_sessions_have_prices(self):
        models = [self.price(node_instance_type=KIND, amount=amount).body.price_model for amount in (1, 3)]
        one, three = (float(model.price.trade_price) for model in models)
        self.assertAlmostEqual(three, 3 * one)
        kinds = [price.price_type for price in self.price(app_instance_type=KIND).body.price_list]
        self.assertEqual(kinds, ["Connected", "Standby"])

    def test_a_year_costs_sixty_days_less(self):
        def price(unit):
            shown = self.price(node_instance_type=KIND, period_unit=unit).body.price_model.price
            return float(shown.original_price), float(shown.trade_price), float(shown.discount_price)

        (month, trade, none), (year, paid, discount) = price("Month"), price("Year")
        self.assertEqual((trade, none), (month, 0))
        self.assertAlmostEqual(year, month / 30 * 365)
        self.assertAlmostEqual(paid, month / 30 * 305)
        self.assertAlmostEqual(discount, year - paid)

    def test_what_has_no_price_is_refused(self):
        self.assert_in_band("InvalidParameter.NodeInstanceType", self.price())
        self.assert_in_band("InvalidParameter.NodeInstanceType", self.price(node_instance_type="none"))
        self.assert_in_band("InvalidParameter.Period", self.price(node_instance_type=KIND, period=4))


class Nodes(Billing):
    def nodes(self, group=SUBSCRIPTION):
        request = m.ListNodesRequest(app_instance_group_id=group, product_type="CloudApp", page_number=1, page_size=100)
        body = self.client.list_nodes(request).body
        self.assertEqual(body.count, len(body.node_models or []))
        return {node.node_id: node.charge_type for node in body.node_models or []}

    def expand(self, amount, group=SUBSCRIPTION, **more):
        pool = m.ModifyNodePoolAmountRequestNodePool(node_amount=amount, **more)
        request = m.ModifyNodePoolAmountRequest(app_instance_group_id=group, product_type="CloudApp", node_pool=pool)
        return self.client.modify_node_pool_amount(request)

    def connect(self, user):
        request = m.GetConnectionTicketRequest(
            app_id="ca-draft", end_user_id=user, product_type="CloudApp", app_instance_group_id_list=[SUBSCRIPTION]
        )
        return self.client.get_connection_ticket(request).body

    def test_a_subscription_gets_more_nodes_for_an_order(self):
        order = self.expand(3).body.data.order_id
        self.assertEqual(self.order(order)["kind"], "expansion")
        self.assertEqual(self.get().node_pool[0].node_amount, 3)
        self.assertEqual(self.nodes(), {f"nd-hangzhou-usage-{n}": "PrePaid" for n in (1, 2, 3)})

    def test_nodes_that_came_with_sessions_go_with_them_or_are_bought(self):
        pool = {"node_capacity": 1, "max_scaling_amount": 1}
        self.emulator.patch({"alibaba": {"delivery_groups": {SUBSCRIPTION: {"node_pool": pool}}}})
        self.connect("alice")
        scaled = "nd-hangzhou-usage-s1"
        session = self.connect("bob")
        self.assertEqual(self.nodes(), {"nd-hangzhou-usage-1": "PrePaid", scaled: "PostPaid"})
        pool = self.get().node_pool[0]
        self.assertEqual((pool.node_used, pool.scaling_node_amount, pool.scaling_node_used), (1, 1, 1))
        mode = "EXPAND_FROM_POST_PAID_EXPLICIT"
        convert = {"pre_paid_node_amount_modify_mode": mode, "pre_paid_node_amount_modify_node_ids": [scaled]}
        code = "InvalidParameter.NodePool.PrePaidNodeAmountModifyNodeIds"
        self.assert_alibaba_error(code, 400, lambda: self.expand(3, **convert))
        self.expand(2, **convert)
        self.assertEqual(self.nodes(), {"nd-hangzhou-usage-1": "PrePaid", scaled: "PrePaid"})
        self.assert_alibaba_error("InvalidNode.NotFound", 400, lambda: self.expand(3, **convert))
        self.client.unbind(
            m.UnbindRequest(app_instance_group_id=SUBSCRIPTION, product_type="CloudApp", end_user_id="bob")
        )
        self.client.delete_app_instances(
            m.DeleteAppInstancesRequest(
                app_instance_group_id=SUBSCRIPTION, product_type="CloudApp", app_instance_ids=[session.app_instance_id]
            )
        )
        self.assertEqual(self.get().node_pool[0].node_used, 1)

    def test_a_node_that_came_with_a_session_is_kept_idle_for_the_time_that_is_set(self):
        change = {"node_pool": {"node_capacity": 1, "scaling_down_after_idle_minutes": 5}}
        self.emulator.patch({"alibaba": {"delivery_groups": {SUBSCRIPTION: change}}})
        self.connect("alice")
        self.connect("bob")
        self.client.unbind(
            m.UnbindRequest(app_instance_group_id=SUBSCRIPTION, product_type="CloudApp", end_user_id="bob")
        )
        self.emulator.clock(advance_seconds=299)
        self.assertEqual(len(self.nodes()), 2)
        self.emulator.clock(advance_seconds=1)
        self.assertEqual(len(self.nodes()), 1)

    def test_a_subscription_gets_no_fewer_nodes_and_nothing_else_gets_more(self):
        self.assert_alibaba_error("InvalidAmount.UnIncrease", 400, self.expand, 1)
        self.assert_alibaba_error("InvalidParameter.NodePool.NodeAmount", 400, self.expand, 101)
        code = "InvalidAppInstanceGroup.ChargeTypeNotSupported"
        self.assert_alibaba_error(code, 400, self.expand, 3, BY_THE_HOUR)
        self.emulator.patch({"alibaba": {"delivery_groups": {SUBSCRIPTION: {"status": "MAINTAINING"}}}})
        self.assert_alibaba_error("InvalidAppInstanceGroup.StatusNotSupported", 400, self.expand, 3)

    def test_a_group_that_is_billed_by_the_session_shows_no_nodes(self):
        change = {"charge_resource_mode": "AppInstance"}
        self.emulator.patch({"alibaba": {"delivery_groups": {BY_THE_HOUR: change}}})
        self.assertEqual(self.nodes(BY_THE_HOUR), {})
