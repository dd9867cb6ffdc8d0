<?php

$MESS['MUFTA_BRIDGE_STEP_DONE'] = 'The module is installed.';
$MESS['MUFTA_BRIDGE_STEP_NEXT'] = 'One thing is left: pair the site with the runtime. Open the settings of '
    . 'the module and type its address and the one-time code.';
$MESS['MUFTA_BRIDGE_STEP_SETTINGS'] = 'Open the settings';
