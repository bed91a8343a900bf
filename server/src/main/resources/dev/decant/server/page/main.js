import {json} from './api.js';
import {byId} from './dom.js';
import {startFile} from './file.js';
import {startKey} from './key.js';
import {startLive} from './live.js';
import {startModels} from './models.js';
import {startText} from './text.js';

startKey();
startText();
startFile();
startLive();
startModels();
json('openapi.json').then(api => {
    byId('version').textContent = `Decant ${api.info.version}`;
}, () => {});
