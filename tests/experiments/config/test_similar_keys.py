from experiments.config.similar_keys import similar_keys

KEYS = ["training.clip_norm", "training.optimizer.lr", "seed", "data.seed", "k_max"]


def test_a_key_with_the_same_last_part_is_meant():
    assert similar_keys("training.lr", KEYS) == " Did you mean training.optimizer.lr?"
    assert similar_keys("lr", KEYS) == " Did you mean training.optimizer.lr?"


def test_otherwise_the_closest_keys_are():
    assert similar_keys("kmax", KEYS) == " Did you mean k_max?"
    assert similar_keys("optimizer.learning", KEYS) == ""
    assert similar_keys("clip_nrm", KEYS) == " Did you mean training.clip_norm?"
