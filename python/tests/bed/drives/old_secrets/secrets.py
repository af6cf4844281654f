secrets = {"ssid": "desk", "password": "password", "aio_key": "old key"}
