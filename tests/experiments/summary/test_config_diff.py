from dataclasses import replace

from experiments.summary.config_diff import configuration_difference


def test_another_option_stands_for_its_values(store_run):
    before, after = store_run("a"), store_run("b", "timm", "none")
    assert configuration_difference(before, after) == ["backbone: cnn → timm"]
    changed = replace(after, config={**after.config, "augmentation": {**after.config["augmentation"], "epochs": 2}})
    assert configuration_difference(before, changed) == ["backbone: cnn → timm", "augmentation.epochs: 15 → 2"]


def test_a_value_and_one_that_was_not_there(store_run):
    before = store_run("a")
    after = replace(
        before, config={**before.config, "training": {**before.config["training"], "epochs": [1, 2]}, "resplit": True}
    )
    assert configuration_difference(before, after) == ["resplit: – → true", "training.epochs: 25 → [1, 2]"]


def test_a_group_inside_a_group(store_run):
    before = store_run("a")
    of = {"optimizer": {"lr": 0.1}, "epochs": 25}
    before = replace(before, choices={**before.choices, "training/optimizer": "adam"}, config={"training": of})
    config = {"training": {"optimizer": {"lr": 0.2, "momentum": 0.9}, "epochs": 25}}
    after = replace(before, choices={**before.choices, "training/optimizer": "sgd"}, config=config)
    assert configuration_difference(before, after) == ["training/optimizer: adam → sgd"]


def test_what_cannot_change_a_result_is_no_difference(store_run):
    before = store_run("a")
    config = {**before.config, "data": {**before.config["data"], "root": "/elsewhere"}, "name": "other"}
    config["training"] = {**before.config["training"], "workers": 8}
    after = replace(before, choices={**before.choices, "tracker": "wandb"}, config=config)
    assert configuration_difference(before, after) == []


def test_other_photos_and_other_code(store_run):
    before = store_run("a")
    after = replace(before, data={**before.data, "fingerprint": "ba4", "photos": 882}, code="ba9876543210")
    assert configuration_difference(before, after) == [
        "photos: 755 → 882, of other content",
        "version of hito: 0123456 → ba98765",
    ]
