DROP TABLE IF EXISTS mufta_bridge_outbox;

DROP TABLE IF EXISTS mufta_bridge_nonce;

DROP TABLE IF EXISTS mufta_bridge_applied;

DROP TABLE IF EXISTS mufta_bridge_state;
