import { createRouter, createWebHashHistory } from 'vue-router'
import Overview from './screens/OverviewScreen.vue'

/** The address after "#": the server needs to know one page only, and a one-time token never reaches its logs. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', component: Overview },
    { path: '/connections', component: () => import('./screens/ConnectionsScreen.vue') },
    {
      path: '/connections/:name/:tab?',
      component: () => import('./screens/ConnectionScreen.vue'),
      props: true,
    },
    { path: '/orders', component: () => import('./screens/OrdersScreen.vue') },
    { path: '/orders/:connection/:id', component: () => import('./screens/OrderScreen.vue'), props: true },
    { path: '/problems', component: () => import('./screens/ProblemsScreen.vue') },
    { path: '/plan', component: () => import('./screens/PlanScreen.vue') },
    { path: '/lab', component: () => import('./screens/LabScreen.vue') },
    { path: '/journal', component: () => import('./screens/JournalScreen.vue') },
    { path: '/access', component: () => import('./screens/AccessScreen.vue') },
    { path: '/start', component: () => import('./screens/StartScreen.vue') },
    { path: '/first', component: () => import('./screens/FirstAdminScreen.vue'), meta: { isPublic: true } },
    { path: '/:rest(.*)*', component: () => import('./screens/MissingScreen.vue') },
  ],
})
