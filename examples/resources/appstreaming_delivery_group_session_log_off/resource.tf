# Logs everybody off whenever the release changes.
resource "appstreaming_delivery_group_session_log_off" "shift_desk" {
  delivery_group_id = "aig-hangzhou-schedule"

  triggers = {
    release = "2026.3"
  }
}
