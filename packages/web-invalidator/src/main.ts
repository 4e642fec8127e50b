import { createApi } from "./api.ts";
import { createKeyStorage } from "./key-storage.ts";
import { createPageClock } from "./page-clock.ts";
import { createPreviewReader } from "./preview-reader.ts";
import { createSession } from "./session.ts";
import { createStore, initialState } from "./state.ts";
import { mountJobListView } from "./views/job-list-view.ts";
import { mountKeyView } from "./views/key-view.ts";
import { mountOrderView } from "./views/order-view.ts";
import { mountPreviewView } from "./views/preview-view.ts";
import { mountResultView } from "./views/result-view.ts";
import { mountTranslateView } from "./views/translate-view.ts";
import { mountTroubleView } from "./views/trouble-view.ts";

const store = createStore(initialState);
const keys = createKeyStorage(() => sessionStorage);
const api = createApi((url, init) => fetch(url, init));
const session = createSession({ api, store, clock: createPageClock(document), keys });
const previewOf = createPreviewReader();

mountTroubleView(store);
mountKeyView(store, session);
mountPreviewView(store, previewOf);
mountOrderView(store, session, previewOf);
mountResultView(store);
mountTranslateView();
mountJobListView(store, session);

const key = keys.read();
if (key !== null) void session.signIn(key);
