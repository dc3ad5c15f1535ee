/** The window's start: a transport, the stores, the page. */
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { setTransport } from './client.ts';
import './styles/tokens.css';
import './styles/base.css';
import 'uplot/dist/uPlot.min.css';
import { createBridgeTransport } from './transport/bridge-transport.ts';
import { createBrowserTransport } from './transport/browser-transport.ts';

setTransport(
  window.dubscope === undefined ? createBrowserTransport() : createBridgeTransport(window.dubscope),
);
createApp(App).use(createPinia()).mount('#app');
