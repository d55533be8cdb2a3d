//! What delivery groups cost, and for how long they are paid: GetResourcePrice, GetResourceRenewPrice,
//! RenewAppInstanceGroup.
//!
//! The prices are the emulator's own. They grow with cores, memory, graphics memory, amount and time.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::{errors::Error, pool::Nodes, request::arguments::Arguments};
use crate::{
    call::Moment,
    clock::later,
    world::{DeliveryGroup, NEVER, OrderKind, PlacedOrder, World},
};

const DAY: u64 = 24 * 60 * 60;

/// RenewAppInstanceGroup: the subscription goes on from its end, or from now where it has ended. Without `AutoPay` the
/// order waits for its payment, and nothing changes.
pub(crate) fn renew(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let (id, group) = arguments.group(world)?;
    check_subscription(group)?;
    if matches!(group.status.as_str(), "DEPLOYING" | "DELETING") {
        return Err(Error::group_status(&group.status));
    }
    if arguments.text("PromotionId").is_some() {
        return Err(Error::unknown_promotion());
    }
    let (nodes, amount) = (arguments.texts("RenewNodes"), arguments.integer("RenewAmount"));
    let known = Nodes::of(world, id, group, moment.now);
    if nodes.iter().any(|node| !known.bought().iter().any(|bought| bought == node)) {
        return Err(Error::unknown_node());
    }
    let all = group.node_pool.node_amount;
    if amount.is_some_and(|amount| !(1..=all).contains(&amount)) {
        return Err(Error::invalid("RenewAmount"));
    }
    let named = i64::try_from(nodes.len()).ok().filter(|count| *count > 0);
    let days = days(arguments)?;
    let price = price_of(world, &group.node_pool.node_instance_type, amount.or(named).unwrap_or(all), days)?.trade();
    let expires_at = later(group.expires_at.max(moment.now), days * DAY);
    let paid = arguments.boolean("AutoPay").unwrap_or(false);
    let order = place(world, moment, Order { kind: OrderKind::Renewal, group: id, paid, price });
    if paid {
        let group = world.alibaba.delivery_groups.get_mut(id).ok_or_else(Error::unknown_group)?;
        group.expires_at = expires_at;
        if matches!(group.status.as_str(), "EXPIRED" | "CEASED") {
            "PUBLISHED".clone_into(&mut group.status);
        }
        world.schedule(expires_at);
    }
    Ok(json!({ "Code": "success", "OrderId": order }))
}

/// GetResourcePrice: of resources, or of sessions where no resource is named.
pub(crate) fn price(world: &World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let region = arguments.region(world)?.unwrap_or_default();
    let amount = arguments.integer("Amount").filter(|amount| *amount > 0).ok_or_else(|| Error::invalid("Amount"))?;
    paid_until(arguments, arguments.need("ChargeType")?, moment.now)?;
    let of = |parameter: &str, kind: &str| {
        let is_here = world
            .alibaba
            .node_instance_types
            .get(kind)
            .is_some_and(|kind| kind.region_ids.iter().any(|known| known == region));
        if is_here { price_of(world, kind, amount, days(arguments)?) } else { Err(Error::invalid(parameter)) }
    };
    match (arguments.text("NodeInstanceType"), arguments.text("AppInstanceType")) {
        (Some(kind), _) => Ok(json!({ "Code": "success", "PriceModel": of("NodeInstanceType", kind)?.model() })),
        (None, Some(kind)) => {
            let mut connected = of("AppInstanceType", kind)?.model();
            let mut standby = connected.clone();
            connected["PriceType"] = "Connected".into();
            standby["PriceType"] = "Standby".into();
            Ok(json!({ "Code": "success", "PriceList": [connected, standby] }))
        }
        (None, None) => Err(Error::invalid_because("NodeInstanceType", "It or AppInstanceType must be given.")),
    }
}

/// GetResourceRenewPrice.
pub(crate) fn renew_price(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let (_, group) = arguments.group(world)?;
    check_subscription(group)?;
    let pool = &group.node_pool;
    let price = price_of(world, &pool.node_instance_type, pool.node_amount, days(arguments)?)?;
    Ok(json!({ "Data": price.model() }))
}

/// What is not a subscription is not bought for a time.
pub(crate) fn check_subscription(group: &DeliveryGroup) -> Result<(), Error> {
    if group.charge_type == "PrePaid" { Ok(()) } else { Err(Error::not_a_subscription()) }
}

/// When what is paid for now, as `Period` and `PeriodUnit` say, ends.
pub(crate) fn paid_until(arguments: &Arguments<'_>, charge_type: &str, from: Timestamp) -> Result<Timestamp, Error> {
    if charge_type == "PostPaid" {
        return match (arguments.need("PeriodUnit")?, arguments.integer("Period")) {
            ("Month", Some(1)) => Ok(NEVER),
            ("Month", _) => Err(Error::invalid("Period")),
            _ => Err(Error::invalid("PeriodUnit")),
        };
    }
    Ok(later(from, days(arguments)? * DAY))
}

/// For how many days a subscription goes on by itself, where `AutoRenew` says so: as many as are bought.
pub(crate) fn renews_for(arguments: &Arguments<'_>, charge_type: &str) -> Result<Option<u64>, Error> {
    let renews = charge_type == "PrePaid" && arguments.boolean("AutoRenew").unwrap_or(false);
    renews.then(|| days(arguments)).transpose()
}

/// How many days `Period` and `PeriodUnit` are.
fn days(arguments: &Arguments<'_>) -> Result<u64, Error> {
    let (choices, days): (&[i64], u64) = match arguments.need("PeriodUnit")? {
        "Week" => (&[1], 7),
        "Month" => (&[1, 2, 3, 6], 30),
        _ => (&[1, 2, 3], 365),
    };
    let period = arguments.integer("Period").filter(|period| choices.contains(period));
    period.map(|period| period.unsigned_abs() * days).ok_or_else(|| Error::invalid("Period"))
}

/// What something costs, in the hundredth of a yuan.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Price {
    original: i64,
    discount: i64,
}

impl Price {
    /// What is to be paid.
    pub(crate) fn trade(&self) -> i64 {
        self.original - self.discount
    }

    fn model(&self) -> Value {
        let yuan = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
        let rules =
            if self.discount == 0 { json!([]) } else { json!([{ "Description": "Two months free", "RuleId": 1 }]) };
        json!({
            "Price": {
                "Currency": "CNY",
                "DiscountPrice": yuan(self.discount),
                "OriginalPrice": yuan(self.original),
                "Promotions": [],
                "TradePrice": yuan(self.trade()),
            },
            "Rules": rules,
        })
    }
}

/// What so many resources of a kind cost for so many days.
pub(crate) fn price_of(world: &World, kind: &str, amount: i64, days: u64) -> Result<Price, Error> {
    let kind = world.alibaba.node_instance_types.get(kind).ok_or_else(|| Error::invalid("NodeInstanceType"))?;
    let (original, discount) = kind.price(amount, days);
    Ok(Price { original, discount })
}

/// An order to place.
pub(crate) struct Order<'a> {
    pub kind: OrderKind,
    pub group: &'a str,
    pub paid: bool,
    pub price: i64,
}

/// Places an order; answers its id.
pub(crate) fn place(world: &mut World, moment: Moment, order: Order<'_>) -> String {
    let id = world.random().id("2", 14);
    let Order { kind, group, paid, price } = order;
    let order = PlacedOrder { kind, delivery_group_id: group.to_owned(), paid, price, placed_at: moment.now };
    world.alibaba.orders.insert(id.clone(), order);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_grows_with_amount_and_time_and_a_year_is_cheaper_than_its_months() {
        let world = World::builtin();
        let price = |amount, days| price_of(&world, "appstreaming.general.4c8g", amount, days).unwrap();
        assert_eq!(price(1, 30), Price { original: 21_600, discount: 0 });
        assert_eq!(price(3, 30).trade(), 3 * price(1, 30).trade());
        assert_eq!(price(1, 365).model()["Price"]["TradePrice"], "2196.00");
        assert!(price_of(&world, "appstreaming.none", 1, 30).is_err());
    }
}
