image_id         = "img-office-1"
user_names       = ["carol", "erin", "frank"]
max_session      = 20
waits_for_people = true
